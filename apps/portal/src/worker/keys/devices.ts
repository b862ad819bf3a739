import { fromBase64url, toBase64url } from "@anamnesis/api/http/base64url";
import { portalRoutes } from "@anamnesis/api/routes/portal";
import { deviceRoutes } from "@anamnesis/api/routes/portalDevices";
import { equalBytes, equalSecret } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { readRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { sealVault } from "@anamnesis/sdk/keys/vault";
import { anotherKit } from "@anamnesis/sdk/owner/renewKit";
import { callPortal } from "../../api/portal.ts";
import { keepKey, keptKey } from "../keyStore.ts";
import type { PasskeySecret, Who } from "../protocol.ts";
import type { Device } from "../protocol/keys.ts";
import { browserRuntime } from "../runtime.ts";
import { begin, patientKeys, session } from "../session.ts";
import { who } from "../unlock.ts";
import { wrapFor } from "../vaultStore.ts";

/** Passkeys of the account, the one of this browser first. */
export async function devices(): Promise<readonly Device[]> {
  const [{ passkeys }, { wrappers }, kept] = await Promise.all([
    callPortal(portalRoutes.portalSession, undefined),
    callPortal(portalRoutes.portalVault, undefined),
    keptKey(),
  ]);
  const own = kept?.credential ?? null;
  return passkeys
    .map(({ credential, created, used }) => ({
      id: toBase64url(credential),
      created,
      used,
      opens: wrappers.some((one) => one.credential !== undefined && equalBytes(one.credential, credential)),
      here: own !== null && equalBytes(own, credential),
    }))
    .sort((a, b) => Number(b.here) - Number(a.here) || b.used - a.used);
}

/** Takes a passkey, its wrapper and its sessions away. Throws `not-found`, `last-passkey`. */
export async function removeDevice({ id }: { readonly id: string }): Promise<void> {
  const credential = fromBase64url(id) ?? new Uint8Array();
  await callPortal(portalRoutes.passkeyRemoval, { credential });
}

/**
 * Shuts out every other device: at the node in one step (their passkeys, all sessions, a new key of the vault), and in the vault the seed with which the owners change. Only then
 * the new owners' keys are made, which a device that was shut out can no longer get. Throws `another-kit`, `another-account`, `sign-in-again`, `vault-conflict`.
 *
 * @param parameters.passkey just now used to sign in.
 */
export async function shutOut({
  kit,
  passkey,
}: {
  readonly kit: string;
  readonly passkey: PasskeySecret;
}): Promise<Who> {
  const patient = patientKeys();
  const { account, content, version } = session().vault;
  const seed = readRecoveryKit(kit);
  if (!equalSecret(rootOfSeed(seed, patient.generation), patient.root)) throw anotherKit();
  const now = await callPortal(portalRoutes.portalSession, undefined);
  if (!equalBytes(now.account, account)) throw anotherAccount();
  const { random } = browserRuntime;
  const key = random(32);
  const next = {
    ...content,
    rotating: { why: "theft", seed, until: patient.generation + 1 },
  } as const;
  const sealed = await sealVault({ vault: next, key, account, random });
  const { credential } = passkey;
  const wrappers = [await wrapFor({ account, key, passkey })];
  const done = await callPortal(deviceRoutes.shutOutDevices, { keep: credential, version, sealed, wrappers });
  begin({ account, content: next, key, version: done.version });
  await keepKey({ account, key, credential });
  return who();
}

function anotherAccount(): AnamnesisError<"another-account"> {
  return new AnamnesisError({
    code: "another-account",
    rule: "Devices are shut out with a passkey of the same person.",
    fix: "Sign out, sign in with your own passkey, and begin again.",
  });
}
