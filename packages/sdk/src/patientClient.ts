import type { Client } from "@anamnesis/api/client";
import type { SegmentId } from "@anamnesis/core/ids";
import { requestKeySecret } from "@anamnesis/core/segment/ownerKeys";
import type { PatientKeys } from "./keys/patientKeys.ts";
import { connect, httpSigner, type Runtime } from "./runtime.ts";

/**
 * A client that signs with the segment's own request key: nodes cannot link a patient's segments by it.
 *
 * @param giveUp aborts its calls.
 */
export function patientClient(
  runtime: Runtime,
  keys: PatientKeys,
  segment: SegmentId,
  endpoint: string,
  giveUp?: AbortSignal,
): Client {
  return connect(runtime, endpoint, httpSigner(requestKeySecret(keys.root, segment)), giveUp);
}
