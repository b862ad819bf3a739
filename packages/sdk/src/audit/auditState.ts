import { type CheckpointKey, formatVerifierKey, parseVerifierKey } from "@anamnesis/core/audit/checkpointKey";
import { CompactRange } from "@anamnesis/core/audit/compactRange";
import { TILE_WIDTH } from "@anamnesis/core/audit/tiles";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";

/** What a follower of a log keeps from one look to the next. */
export interface AuditState {
  readonly log: CheckpointKey;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The leaves up to the last full tile: from there the tiles are read again. */
  readonly whole: CompactRange;
  /** The signed note of that head, as evidence. */
  readonly checkpoint: string;
  /** Size of the largest head on the ledger that was compared; 0 for none. */
  readonly anchored: number;
}

/** As JSON; it holds nothing secret. */
export function formatAuditState(state: AuditState): string {
  const { log, size, root, whole, checkpoint, anchored } = state;
  const hashes = whole.hashes.map(toHex);
  const json = {
    version: 0,
    log: formatVerifierKey(log),
    size,
    root: toHex(root),
    hashes,
    checkpoint,
    anchored,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** Throws `bad-audit-state`. */
export function parseAuditState(text: string): AuditState {
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    const { version, log, size, root, hashes, checkpoint, anchored } = json;
    const isWhole = (value: unknown): value is number =>
      Number.isSafeInteger(value) && (value as number) >= 0;
    if (version !== 0 || typeof log !== "string" || typeof checkpoint !== "string") throw bad();
    if (!isWhole(size) || !isWhole(anchored) || typeof root !== "string" || !Array.isArray(hashes))
      throw bad();
    const bytes = fromHex(root as Hex);
    if (bytes.length !== 32) throw bad();
    const whole = new CompactRange(
      size - (size % TILE_WIDTH),
      hashes.map((hash) => fromHex(hash as Hex)),
    );
    return { log: parseVerifierKey(log), size, root: bytes, whole, checkpoint, anchored };
  } catch {
    throw bad();
  }
}

function bad(): AnamnesisError<"bad-audit-state"> {
  return new AnamnesisError({
    code: "bad-audit-state",
    rule: "The state of an audit is the file that an earlier look at the same log wrote.",
    fix: "Check the path. To begin anew, move the file away, and keep it: it is evidence of what the log had shown.",
  });
}
