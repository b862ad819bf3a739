import { AnamnesisError } from "../errors.ts";
import { type Checkpoint, verifyCheckpoint } from "./checkpoint.ts";
import { type CheckpointKey, fromBase64, toBase64 } from "./checkpointKey.ts";
import { type Cosignature, verifyCosignatures } from "./cosignature.ts";
import { verifyInclusion } from "./merkleTree.ts";

/** A proof file of C2SP tlog-proof: that a leaf stands in a log whose head witnesses saw. */
export interface TlogProof {
  /** Not authenticated by the file itself; here what the leaf is made from. `null` when there is none. */
  readonly extra: Uint8Array | null;
  readonly index: number;
  /** RFC 6962 section 2.1.1, from the leaf upwards. */
  readonly path: readonly Uint8Array[];
  /** Byte for byte, cosignatures included. */
  readonly checkpoint: string;
}

const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const MAX_CHARACTERS = 262_144;
const MAX_PATH = 63;

export function formatTlogProof({ extra, index, path, checkpoint }: TlogProof): string {
  const lines = [
    FIRST_LINE,
    ...(extra === null ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...path.map(toBase64),
    "",
    checkpoint,
  ];
  return lines.join("\n");
}

/** Reads the form only. Throws `bad-proof`. */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf("\n\n");
  if (end < 0 || text.length > MAX_CHARACTERS) throw badProof("form");
  const [first, ...lines] = text.slice(0, end).split("\n");
  if (first !== FIRST_LINE) throw badProof("form");
  const extraLine = lines[0]?.startsWith("extra ") === true ? lines.shift() : undefined;
  const extra = extraLine === undefined ? null : fromBase64(extraLine.slice("extra ".length));
  if (extraLine !== undefined && extra === null) throw badProof("form");
  const [, decimal] = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "") ?? [];
  const index = Number(decimal ?? NaN);
  if (!Number.isSafeInteger(index) || lines.length > MAX_PATH) throw badProof("form");
  const path = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw badProof("form");
    return hash;
  });
  return { extra, index, path, checkpoint: text.slice(end + 2) };
}

export interface TlogProofPolicy {
  /** The log whose head counts. */
  readonly log: CheckpointKey;
  readonly witnesses: readonly CheckpointKey[];
}

/**
 * Head and cosignatures, once the log signed the head and the leaf stands in it. How many witnesses are enough is the
 * caller's to say. Throws `bad-proof`, `bad-checkpoint`, `bad-checkpoint-signature`, `bad-cosignature`.
 * @param leafHash `leafHash` of the leaf's data, which the caller makes from what it knows.
 */
export function verifyTlogProof(
  { index, path, checkpoint }: TlogProof,
  leafHash: Uint8Array,
  { log, witnesses }: TlogProofPolicy,
): { readonly head: Checkpoint; readonly cosignatures: readonly Cosignature[] } {
  const head = verifyCheckpoint(checkpoint, log);
  const cosignatures = verifyCosignatures(checkpoint, witnesses);
  const { size, root } = head;
  if (!verifyInclusion({ leafHash, index, size, path, root })) throw badProof("inclusion");
  return { head, cosignatures };
}

function badProof(what: "form" | "inclusion"): AnamnesisError<"bad-proof"> {
  return new AnamnesisError({
    code: "bad-proof",
    rule: "A proof file shows that its leaf stands in the tree of its checkpoint (C2SP tlog-proof).",
    fix: "Export it again; if the log itself gave it, keep it as evidence.",
    meta: { what },
  });
}
