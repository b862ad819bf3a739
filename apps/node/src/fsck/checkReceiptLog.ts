import { keyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Hash32 } from "@anamnesis/core/ids";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** Every head that was signed here or anchored is part of the log, and every checkpoint carries this node's signature. */
export async function checkReceiptLog(context: FsckContext): Promise<readonly Finding[]> {
  const { db, truth, organisation, receipts } = context;
  const findings: Finding[] = [];
  const checkpoints = await db.query<{ size: number; root: Hash32; text: string }>(
    "select size, root, text from checkpoints order by size",
  );
  const publicKey = await ownKey(context);
  for (const { size, root, text } of checkpoints) {
    if (publicKey !== null && !isSigned(text, publicKey, logOrigin(organisation), size, root)) {
      findings.push(finding("checkpoint-invalid", `checkpoints: size ${size}`));
    }
  }
  const anchored = await truth.query<{ size: number; root: Hash32 }>(
    "select size, root from ledger_log_heads where organisation = $1 order by size",
    [organisation],
  );
  if (receipts === null) return findings;
  const heads = new Map(
    [...checkpoints, ...anchored].map(({ size, root }) => [`${size} ${root}`, { size, root }]),
  );
  for (const { size, root } of heads.values()) {
    if (size <= receipts.head().size && receipts.headAt(size).root === root) continue;
    const where = `head of ${size} entries; the log has ${receipts.head().size}`;
    findings.push(finding("log-rolled-back", where));
  }
  return findings;
}

/** The Ed25519 key of this organisation as the ledger names it; `null` when its card is not in the database. */
async function ownKey({ db, truthCopy, organisation }: FsckContext): Promise<Uint8Array | null> {
  const member = await truthCopy.member(organisation);
  if (member === null) return null;
  const rows = await db.query<{ bytes: Uint8Array }>("select bytes from key_cards where digest = $1", [
    member.keyCard,
  ]);
  try {
    const card = rows[0] === undefined ? null : keyCard.decode(rows[0].bytes);
    return card !== null && keyCardDigest(card) === member.keyCard ? card.ed25519 : null;
  } catch {
    // `checkSegments` says so of every key card.
    return null;
  }
}

function isSigned(text: string, publicKey: Uint8Array, name: string, size: number, root: Hash32): boolean {
  try {
    const checkpoint = verifyCheckpoint(text, { name, publicKey });
    return checkpoint.size === size && toHex(checkpoint.root) === root;
  } catch {
    return false;
  }
}
