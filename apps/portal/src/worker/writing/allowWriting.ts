import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { allowWriting as allow } from "@anamnesis/sdk/owner/allowWriting";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, patientKeys } from "../session.ts";

export const allowWriting = async (
  { organisation, notAfter }: Parameters<WorkerMethods["allowWriting"]>[0],
  wallet: WalletSigner,
): ReturnType<WorkerMethods["allowWriting"]> =>
  allow({
    runtime: { ...browserRuntime, wallet },
    consortium: await consortium(),
    keys: patientKeys(),
    organisation: organisation as OrganisationId,
    notAfter: notAfter as UnixSeconds,
  });
