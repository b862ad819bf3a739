import { portalRoutes } from "@anamnesis/api/routes/portal";
import { hasCode } from "@anamnesis/core/errors";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { openVault, type PortalVault, sealVault } from "@anamnesis/sdk/keys/vault";
import { callPortal } from "../api/portal.ts";
import { browserRuntime } from "./runtime.ts";
import { session } from "./session.ts";

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
  const { vault } = session();
  const { key, account, version } = vault;
  const content: PortalVault = { ...vault.content, patient };
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
