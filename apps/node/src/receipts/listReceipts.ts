import type { ReceiptPage } from "@anamnesis/api/routes/exchange";
import { receiptIndexes, receiptStatement } from "@anamnesis/core/audit/receiptStatement";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { AccessRequest } from "@anamnesis/core/release/accessRequest";
import { type AccessServices, authoriseAccess } from "../access/authoriseAccess.ts";
import type { NodeContext } from "../context.ts";
import { segmentTag } from "../custody/segmentTag.ts";
import { requireWholeLog } from "./requireWholeLog.ts";
import { signedHead } from "./signedHead.ts";

const PAGE = 256;

/**
 * The owner's access log at this custodian: sealed entries with proofs against a head that is signed now, and the
 * signed word that there are no others up to that size. Throws `custody-not-ready` and what `authoriseAccess` throws.
 */
export async function listReceipts(
  context: NodeContext,
  services: AccessServices,
  request: AccessRequest,
): Promise<ReceiptPage> {
  await requireWholeLog(context);
  const segment = await authoriseAccess(context, services, request, "receipts");
  const head = context.receipts.head();
  const { size } = head;
  const all = context.receipts
    .find(segmentTag(context.keys.tagSecret, segment))
    .filter((index) => index < size);
  const { from } = request.body;
  const entries: ReceiptPage["entries"][number][] = [];
  for (const index of all.slice(from, from + PAGE)) {
    const { commitment, sealed } = await context.receipts.read(index);
    entries.push({ index, commitment, sealed, path: context.receipts.inclusionProof(index, size) });
  }
  const indexes = receiptIndexes(all);
  const statement = { custodian: context.organisation, segment, size, count: all.length, indexes };
  const anchored = await context.copy.logHead(context.organisation, size);
  return {
    entries,
    checkpoint: await signedHead(context, head),
    statement: {
      segment,
      size,
      count: all.length,
      indexes,
      signature: context.keys.signMessage(fromHex(receiptStatement.digest(statement))),
    },
    anchored:
      anchored === null || anchored.size === 0
        ? null
        : {
            size: anchored.size,
            root: anchored.root,
            consistency: context.receipts.consistencyProof(anchored.size, size),
          },
    next: from + PAGE < all.length ? from + PAGE : null,
  };
}
