import { signCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import type { LogHead } from "@anamnesis/core/ports/receiptLog";
import type { NodeContext } from "../context.ts";
import { logSigner } from "./logSigner.ts";

/** A head of this node's receipt log as a signed C2SP tlog-checkpoint. */
export function signedHead(
  context: Pick<NodeContext, "organisation" | "keys">,
  head: LogHead,
): Promise<string> {
  const { origin, publicKey, sign } = logSigner(context);
  return signCheckpoint({ origin, size: head.size, root: fromHex(head.root) }, publicKey, sign);
}
