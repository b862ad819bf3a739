import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { admissionFor } from "@anamnesis/sdk/admissionFor";
import type { Admission } from "@anamnesis/sdk/permit";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { browserRuntime } from "../runtime.ts";
import { consortium, staffKeys } from "../session.ts";
import { grants } from "../staff/granting.ts";

/** Where the own organisation may write for whoever gave these consents; `null`: nowhere. Throws what the own node answers. */
export async function admission(consents: readonly string[]): Promise<Admission | null> {
  const keys = staffKeys();
  const all = await consortium();
  const given = await grants();
  const openings = consents.flatMap((consent) => given.get(consent)?.content.opening ?? []);
  return admissionFor({
    runtime: browserRuntime,
    identity: all.identity,
    node: connect(browserRuntime, self.location.origin, httpSigner(keys.ed25519)),
    organisation: ownOrganisation(),
    openings,
  });
}

/** Throws `wrong-role`. */
export function ownOrganisation(): OrganisationId {
  const { organisation } = staffKeys().card;
  if (organisation !== null) return organisation;
  throw new AnamnesisError({
    code: "wrong-role",
    rule: "Who writes into a chart belongs to a member organisation.",
    fix: "Sign in with the keys that your organisation registered.",
  });
}
