import { portalRoutes } from "@anamnesis/api/routes/portal";
import { AnamnesisError } from "@anamnesis/core/errors";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { unwrapVaultKey } from "@anamnesis/sdk/keys/vault";
import { callPortal } from "../api/portal.ts";
import { dueOf } from "./keys/dueOf.ts";
import { forgetKey, keepKey, keptKey } from "./keyStore.ts";
import type { PasskeySecret, Who } from "./protocol.ts";
import { begin, consortium, end, organisationName, session } from "./session.ts";
import { fetchVault } from "./vaultStore.ts";

/** Goes on where this browser was, if its session still counts; `null` when somebody has to sign in. */
export async function resume(): Promise<Who | null> {
  const kept = await keptKey();
  if (kept === null) return null;
  try {
    const { account } = await callPortal(portalRoutes.portalSession, undefined);
    if (!equalBytes(account, kept.account)) return await forget();
    begin(await fetchVault(account, kept.key));
  } catch (error) {
    if (!(error instanceof AnamnesisError) || error.code === "node-unreachable") throw error;
    return forget();
  }
  return who();
}

/** With the vault's key itself, 32 bytes: demo identities. */
export async function unlock({ vaultKey }: { readonly vaultKey: Uint8Array }): Promise<Who> {
  return unlockWith(vaultKey, null);
}

async function unlockWith(vaultKey: Uint8Array, credential: Uint8Array | null): Promise<Who> {
  const { account } = await callPortal(portalRoutes.portalSession, undefined);
  begin(await fetchVault(account, vaultKey));
  await keepKey({ account, key: vaultKey, credential });
  return who();
}

/** With what the passkey's PRF gave: it opens the wrapper, never the vault itself. Throws `no-wrapper`, `vault-closed`. */
export async function unlockWithPasskey({ credential, prf }: PasskeySecret): Promise<Who> {
  const { account } = await callPortal(portalRoutes.portalSession, undefined);
  const { wrappers } = await callPortal(portalRoutes.portalVault, undefined);
  const wrapper = wrappers.find(
    (one) => one.credential !== undefined && equalBytes(one.credential, credential),
  );
  if (wrapper === undefined) throw noWrapper();
  const { wrapped, salt } = wrapper;
  const vaultKey = await unwrapVaultKey({ wrapped, salt, secret: prf, account });
  prf.fill(0);
  return unlockWith(vaultKey, credential);
}

export async function lock(): Promise<void> {
  end();
  await forgetKey();
}

/** Whose keys these are. Throws `locked`. */
export async function who(): Promise<Who> {
  const { content } = session().vault;
  const { kind, actor, admin } = content;
  const administrator = admin !== null;
  const due = dueOf(content);
  const nobody = { name: null, organisation: null, reader: false, subject: null, registered: false };
  if (actor === null) return { kind, administrator, due, ...nobody };
  const { name, organisation, subject } = actor.card;
  const all = await consortium();
  const at = organisation === null ? null : organisationName(all, organisation);
  const registered = all.actors.get(actorOf(actor))?.active === true;
  return { kind, name, organisation: at, reader: true, administrator, due, subject, registered };
}

async function forget(): Promise<null> {
  await forgetKey();
  return null;
}

function noWrapper(): AnamnesisError<"no-wrapper"> {
  return new AnamnesisError({
    code: "no-wrapper",
    rule: "A passkey opens your keys once it was added to them.",
    fix: "Use the passkey with which you enrolled, or the printed kit.",
  });
}
