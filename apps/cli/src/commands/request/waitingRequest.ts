import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest } from "@anamnesis/core/ids";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { type ReceivedRequest, receivedRequests } from "@anamnesis/sdk/requests/receivedRequests";
import { systemRuntime } from "../../runtime.ts";

/** Throws `request-not-found`. */
export async function requestNamed(
  consortium: Consortium,
  keys: PatientKeys,
  id: Digest,
): Promise<ReceivedRequest> {
  const { requests } = await receivedRequests({ runtime: systemRuntime, consortium, keys });
  const found = requests.find((request) => request.id === id);
  if (found !== undefined) return found;
  throw new AnamnesisError({
    code: "request-not-found",
    rule: "A request waits at the homes of the segment to which it was addressed.",
    fix: "See `request list --keys`, and try again when all nodes answer.",
  });
}
