import type { Client } from "@anamnesis/api/client";
import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { eraseTypedData, type EraseRequest } from "@anamnesis/core/record/eraseRequest";
import type { Header } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import type { PatientKeys } from "./keys/patientKeys.ts";
import { ownerSigner, type WalletSigner } from "./owner/ownerSigner.ts";

/** The owner's signed wish that a record of one of its segments be erased. Throws `unknown-segment` and what `ownerSigner` throws. */
export async function ownerErasure(
  keys: PatientKeys,
  identity: LedgerIdentity,
  header: Header,
  wallet?: WalletSigner,
): Promise<EraseRequest> {
  const kept = keys.segments.find((segment) => segment.id === header.body.core.segment);
  if (kept === undefined) {
    throw new AnamnesisError({
      code: "unknown-segment",
      rule: "A patient erases what stands in the patient's own segments.",
      fix: "Use the keys of the patient whose record it is.",
    });
  }
  const signature = await ownerSigner(keys, wallet)(kept.opening.kind, eraseTypedData(identity, header));
  return { header, signature };
}

/**
 * The author organisation's signed wish, from its own node.
 * @param node with an administrator of that node as signer. Throws `not-authorised`, `not-found`, `bad-answer`.
 */
export async function authorErasure(node: Client, record: RecordId): Promise<EraseRequest> {
  const request = await node.call(recordVerbRoutes.signErasure, {}, { record });
  if (recordIdOf(request.header.body.U) === record) return request;
  throw new AnamnesisError({
    code: "bad-answer",
    rule: "A node signs the erasure of the record that it was asked for.",
    fix: "Ask again, and look into the node's version.",
  });
}
