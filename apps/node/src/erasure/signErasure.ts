import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { RecordId } from "@anamnesis/core/ids";
import { eraseTypedData, type EraseRequest } from "@anamnesis/core/record/eraseRequest";
import { header } from "@anamnesis/core/record/header";
import type { NodeContext } from "../context.ts";
import { notFound } from "../runtime/refuse.ts";

/** This organisation's wish that a record which it wrote be erased. It changes nothing yet. Throws `not-found`. */
export async function signErasure(
  { db, keys, ledger }: Pick<NodeContext, "db" | "keys" | "ledger">,
  record: RecordId,
): Promise<EraseRequest> {
  const rows = await db.query<{ header: Uint8Array }>(
    "select header from records where record = $1 and own",
    [record],
  );
  if (rows[0] === undefined) throw notFound();
  const own = header.decode(rows[0].header);
  return {
    header: own,
    signature: keys.signDigest(typedDataDigest(eraseTypedData(ledger.identity, own))),
  };
}
