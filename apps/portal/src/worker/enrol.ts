import type { OrganisationId } from "@anamnesis/core/ids";
import { prepareEnrolment } from "@anamnesis/sdk/enrol";
import { readRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import type { WorkerMethods } from "./protocol.ts";
import { browserRuntime } from "./runtime.ts";
import { consortiumHere } from "./session.ts";
import { who } from "./unlock.ts";
import { createVault } from "./vaultStore.ts";

/**
 * Makes a patient's keys and keeps them, sealed, at the node. Nobody else hears of them, so that no record can be stored, before the kit is on paper (`confirmKit`); until then
 * its seed lies in the vault.
 */
export const enrol: WorkerMethods["enrol"] = async ({ homes, passkey }) => {
  const at = homes as readonly OrganisationId[];
  const { keys, recoveryKit } = await prepareEnrolment({
    runtime: browserRuntime,
    consortium: await consortiumHere(),
    homes: at,
  });
  const content = { kind: "patient", patient: keys, actor: null, admin: null, homes: at } as const;
  await createVault({ ...content, kit: readRecoveryKit(recoveryKit) }, passkey);
  return who();
};
