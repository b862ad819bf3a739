import type { NodeContext } from "../../context.ts";
import type { RawMount } from "../../http/server.ts";
import type { SignInGuard } from "../guard/signInGuard.ts";
import type { WebauthnSite } from "../passkeys/webauthnSite.ts";
import type { Sessions } from "../session/sessions.ts";
import { backChannelLogout } from "./backChannelLogout.ts";
import { createLoginProvider } from "./loginProvider.ts";
import type { LoginSettings } from "./loginSettings.ts";
import { createOrganisationLogins, type OrganisationLogins } from "./organisationLogins.ts";
import { readClientAuth } from "./readClientAuth.ts";

export interface StaffLogin {
  readonly logins: OrganisationLogins;
  /** Where the provider says who is signed out. */
  readonly logout: RawMount;
}

export interface StaffLoginParts {
  readonly guard: SignInGuard;
  readonly sessions: Sessions;
  readonly site: () => WebauthnSite | null;
}

/** The organisation's own login, of the settings. Throws `bad-config` for a client's secret or key that cannot be read. */
export async function createStaffLogin(
  context: NodeContext,
  settings: LoginSettings,
  { guard, sessions, site }: StaffLoginParts,
): Promise<StaffLogin> {
  const provider = createLoginProvider(context, settings, await readClientAuth(settings));
  const origin = (): string | null => site()?.origins[0] ?? null;
  return {
    logins: createOrganisationLogins(context, guard, { settings, provider, origin }),
    logout: backChannelLogout(context, { settings, provider, sessions }),
  };
}
