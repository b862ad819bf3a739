import { portalRoutes } from "@anamnesis/api/routes/portal";
import type { OrganisationId } from "@anamnesis/core/ids";
import { enrol as enrolPatient } from "@anamnesis/sdk/enrol";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { type PortalVault, sealVault, wrapVaultKey } from "@anamnesis/sdk/keys/vault";
import { callPortal } from "../api/portal.ts";
import { keepKey } from "./keyStore.ts";
import type { WorkerMethods } from "./protocol.ts";
import { browserRuntime } from "./runtime.ts";
import { begin, consortiumHere } from "./session.ts";
import { savePatient } from "./vaultStore.ts";

/**
 * Makes a patient's keys and keeps them, sealed, at the node before the first card leaves. The vault's key is random and lies wrapped beside it under what
 * the passkey's PRF gave. The kit is for paper: it holds the seed, which is nowhere else.
 */
export const enrol: WorkerMethods["enrol"] = async ({ homes, passkey }) => {
  const { random } = browserRuntime;
  const { account } = await callPortal(portalRoutes.portalSession, undefined);
  const consortium = await consortiumHere();
  const key = random(32);
  const salt = random(32);
  const wrapped = await wrapVaultKey({ key, salt, secret: passkey.prf, account, random });
  passkey.prf.fill(0);
  const wrappers = [{ kind: "passkey" as const, credential: passkey.credential, salt, wrapped }];
  let version = 0;
  const save = async (patient: PatientKeys): Promise<void> => {
    if (version > 0) return savePatient(patient);
    const content: PortalVault = {
      kind: "patient",
      patient,
      actor: null,
      admin: null,
      homes: homes as readonly OrganisationId[],
    };
    const sealed = await sealVault({ vault: content, key, account, random });
    ({ version } = await callPortal(portalRoutes.putPortalVault, { version: 0, sealed, wrappers }));
    begin({ account, content, key, version });
  };
  const { recoveryKit } = await enrolPatient({
    runtime: browserRuntime,
    consortium,
    homes: homes as readonly OrganisationId[],
    save,
  });
  await keepKey({ account, key });
  return { kit: recoveryKit };
};
