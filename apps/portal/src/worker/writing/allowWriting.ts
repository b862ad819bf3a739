import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { allowWriting as allow } from "@anamnesis/sdk/owner/allowWriting";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, patientKeys } from "../session.ts";

export const allowWriting: WorkerMethods["allowWriting"] = async ({ organisation, notAfter }) =>
  allow({
    runtime: browserRuntime,
    consortium: await consortium(),
    keys: patientKeys(),
    organisation: organisation as OrganisationId,
    notAfter: notAfter as UnixSeconds,
  });
