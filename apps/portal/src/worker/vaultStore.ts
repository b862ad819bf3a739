import { type NewWrapper, portalRoutes } from "@anamnesis/api/routes/portal";
import { hasCode } from "@anamnesis/core/errors";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { openVault, type PortalVault, sealVault, wrapVaultKey } from "@anamnesis/sdk/keys/vault";
import { callPortal } from "../api/portal.ts";
import { keepKey } from "./keyStore.ts";
import type { PasskeySecret } from "./protocol.ts";
import { browserRuntime } from "./runtime.ts";
import { begin, session } from "./session.ts";

/** A vault as it is open here: its content, what seals it, and the version that the node has. */
export interface OpenVault {
  /** Id of the account, 16 bytes. */
  readonly account: Uint8Array;
  /** 32 bytes. */
  readonly key: Uint8Array;
  content: PortalVault;
  version: number;
}

/** Fetches the vault and opens it. Throws `not-signed-in`, `not-found`, `vault-closed`. */
export async function fetchVault(account: Uint8Array, key: Uint8Array): Promise<OpenVault> {
  const { version, sealed } = await callPortal(portalRoutes.portalVault, undefined);
  return { account, key, content: await openVault({ sealed, key, account }), version };
}

/** Takes over what another tab or device saved since. Throws what `fetchVault` throws. */
export async function refreshVault(): Promise<void> {
  const { vault } = session();
  const { key, account, version } = vault;
  const newest = await fetchVault(account, key);
  if (newest.version > version) Object.assign(vault, newest);
}

/**
 * Saves changed keys at the node before anybody else sees what they did. Throws `vault-conflict` when another tab or device saved meanwhile:
 * then the keys are those that it saved, and what was wanted can be done anew.
 */
export async function savePatient(patient: PatientKeys): Promise<void> {
  await saveContent({ ...session().vault.content, patient });
}

/** The same of the whole vault. */
export async function saveContent(content: PortalVault): Promise<void> {
  const { vault } = session();
  const { key, account, version } = vault;
  const sealed = await sealVault({ vault: content, key, account, random: browserRuntime.random });
  try {
    const saved = await callPortal(portalRoutes.putPortalVault, { version, sealed });
    vault.version = saved.version;
    vault.content = content;
  } catch (error) {
    if (hasCode(error, "vault-conflict")) await refreshVault();
    throw error;
  }
}

/**
 * The first vault of the account that is signed in, under a random key that is wrapped under what the passkey's PRF gave, and kept before anybody sees what it holds.
 * Throws `vault-conflict` when the account has one.
 */
export async function createVault(content: PortalVault, passkey: PasskeySecret): Promise<void> {
  const { account } = await callPortal(portalRoutes.portalSession, undefined);
  const key = browserRuntime.random(32);
  const wrappers = [await wrapFor({ account, key, passkey })];
  const sealed = await sealVault({ vault: content, key, account, random: browserRuntime.random });
  const { version } = await callPortal(portalRoutes.putPortalVault, { version: 0, sealed, wrappers });
  begin({ account, content, key, version });
  await keepKey({ account, key, credential: passkey.credential });
}

/** The vault's key under what a passkey's PRF gave, which is zeroed. */
export async function wrapFor({
  account,
  key,
  passkey,
}: {
  readonly account: Uint8Array;
  readonly key: Uint8Array;
  readonly passkey: PasskeySecret;
}): Promise<NewWrapper> {
  const { random } = browserRuntime;
  const salt = random(32);
  const wrapped = await wrapVaultKey({ key, salt, secret: passkey.prf, account, random });
  passkey.prf.fill(0);
  return { kind: "passkey", credential: passkey.credential, salt, wrapped };
}
