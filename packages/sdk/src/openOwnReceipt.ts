import { openReceipt, type Receipt } from "@anamnesis/core/audit/receiptEntry";
import { hasCode } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";

/**
 * Opens an entry of the patient's access log. Owners one after the other had a receipt key each: which of them an entry was sealed to shows
 * when it opens. Throws `hpke-open`, `receipt-mismatch`.
 * @param seeds from `receiptKeys`: at least one, the current owner's first.
 */
export async function openOwnReceipt(
  segment: SegmentId,
  commitment: Uint8Array,
  sealed: Uint8Array,
  seeds: readonly Uint8Array[],
): Promise<Receipt> {
  for (const seed of seeds.slice(0, -1)) {
    try {
      return await openReceipt(segment, commitment, sealed, seed);
    } catch (error) {
      if (!hasCode(error, "hpke-open")) throw error;
    }
  }
  return openReceipt(segment, commitment, sealed, seeds.at(-1) as Uint8Array);
}
