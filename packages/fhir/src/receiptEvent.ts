import { fromBase64 } from "@anamnesis/core/audit/checkpointKey";
import type { SegmentId } from "@anamnesis/core/ids";
import { OWN, SEGMENT_SYSTEM } from "./consent/consentElements.ts";
import { isObject } from "./resource.ts";

/** Names an entry of a custodian's log: origin of the log, `#` and index. */
export const RECEIPT_SYSTEM = `${OWN}/NamingSystem/receipt`;

/** Details of the entity of an AuditEvent that is a receipt, each base64. */
export const RECEIPT_DETAILS = {
  /** 32 bytes, the log's leaf. */
  commitment: "commitment",
  /** An encoded `sealed-receipt`. */
  sealed: "sealed-receipt",
  /** C2SP tlog-proof without extra. */
  proof: "tlog-proof",
} as const;

/** What an AuditEvent says of a receipt: nothing of it is verified. */
export interface ReceiptEvent {
  readonly segment: SegmentId;
  readonly commitment: Uint8Array;
  readonly sealed: Uint8Array;
  readonly proof: string;
}

/** Reads an AuditEvent of a receipt; `null` for one that is none. */
export function receiptEventOf(resource: unknown): ReceiptEvent | null {
  if (!isObject(resource) || resource["resourceType"] !== "AuditEvent") return null;
  const entities: readonly unknown[] = Array.isArray(resource["entity"]) ? resource["entity"] : [];
  const segment = entities.map((one) => identifierOf(one, SEGMENT_SYSTEM)).find((value) => value !== null);
  const entity = entities.find((one) => identifierOf(one, RECEIPT_SYSTEM) !== null);
  if (segment === undefined || !isObject(entity) || !Array.isArray(entity["detail"])) return null;
  const details: readonly unknown[] = entity["detail"];
  const bytesOf = (type: string): Uint8Array | null => {
    const found = details.find((one) => isObject(one) && one["type"] === type);
    const value = isObject(found) ? found["valueBase64Binary"] : null;
    return typeof value === "string" ? fromBase64(value) : null;
  };
  const commitment = bytesOf(RECEIPT_DETAILS.commitment);
  const sealed = bytesOf(RECEIPT_DETAILS.sealed);
  const proof = bytesOf(RECEIPT_DETAILS.proof);
  if (commitment === null || sealed === null || proof === null) return null;
  return { segment: segment as SegmentId, commitment, sealed, proof: new TextDecoder().decode(proof) };
}

function identifierOf(entity: unknown, system: string): string | null {
  const what = isObject(entity) ? entity["what"] : null;
  const identifier = isObject(what) ? what["identifier"] : null;
  if (!isObject(identifier) || identifier["system"] !== system) return null;
  const { value } = identifier;
  return typeof value === "string" ? value : null;
}
