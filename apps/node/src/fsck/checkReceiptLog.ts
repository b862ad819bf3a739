import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Hash32 } from "@anamnesis/core/ids";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { memberKeyCards } from "../directory/memberKeyCards.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

/** Every head that was signed here or anchored is part of the log, and every checkpoint carries this node's signature. */
export async function checkReceiptLog(context: FsckContext): Promise<readonly Finding[]> {
  const { db, truth, organisation, receipts } = context;
  const findings: Finding[] = [];
  const checkpoints = await db.query<{ size: number; root: Hash32; text: string }>(
    "select size, root, text from checkpoints order by size",
  );
  const publicKeys = await ownKeys(context);
  const signed = ({ text, size, root }: (typeof checkpoints)[number]): boolean =>
    publicKeys.some((publicKey) => isSigned(text, publicKey, logOrigin(organisation), size, root));
  for (const checkpoint of checkpoints) {
    const { size } = checkpoint;
    if (publicKeys.length > 0 && !signed(checkpoint)) {
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

/**
 * The Ed25519 keys that this organisation has or had, as the ledger names them; none when the newest card is not in the database or is
 * damaged, which `checkSegments` says of every key card.
 */
async function ownKeys({ db, truthCopy, organisation }: FsckContext): Promise<readonly Uint8Array[]> {
  const [newest] = await truthCopy.memberKeys(organisation);
  try {
    const cards = await memberKeyCards({ db, copy: truthCopy }, organisation);
    const known =
      newest !== undefined && cards[0] !== undefined && keyCardDigest(cards[0]) === newest.keyCard;
    return known ? cards.map((card) => card.ed25519) : [];
  } catch {
    return [];
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
