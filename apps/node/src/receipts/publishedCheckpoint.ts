import { formatNoteSignature, parseCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { checkpointKeyId } from "@anamnesis/core/audit/checkpointKey";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import type { NodeContext } from "../context.ts";
import { logSigner } from "./logSigner.ts";
import { requireWholeLog } from "./requireWholeLog.ts";
import { signedHead } from "./signedHead.ts";

/**
 * The newest head that was published, its cosignatures after the log's own signature; before the first one a head that is
 * signed now, without any. When the organisation got other keys since, their signature stands beside the one of before, and
 * both speak for the same head. Throws what `requireWholeLog` throws.
 */
export async function publishedCheckpoint(context: NodeContext): Promise<string> {
  await requireWholeLog(context);
  const [newest] = await context.db.query<{ text: string; cosignatures: string }>(
    "select text, cosignatures from checkpoints order by size desc limit 1",
  );
  if (newest !== undefined) return newest.text + presentSignature(context, newest.text) + newest.cosignatures;
  return signedHead(context, context.receipts.head());
}

/** The line that the keys in use add to what earlier ones signed; nothing for what they signed themselves. */
function presentSignature(context: Pick<NodeContext, "organisation" | "keys">, text: string): string {
  const { name, publicKey, sign } = logSigner(context);
  const keyId = checkpointKeyId({ name, publicKey });
  const { note, signatures } = parseCheckpoint(text);
  if (signatures.some((line) => line.name === name && equalBytes(line.keyId, keyId))) return "";
  return formatNoteSignature({ name, keyId, signature: sign(note) });
}
