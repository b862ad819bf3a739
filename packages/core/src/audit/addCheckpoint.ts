import { utf8ToBytes } from "../encoding/bytes.ts";
import { AnamnesisError } from "../errors.ts";
import { fromBase64, toBase64 } from "./checkpointKey.ts";

/** What a log sends to a witness (C2SP tlog-witness, `add-checkpoint`). */
export interface AddCheckpoint {
  /** Size of the head that the witness cosigned last; 0 for none. */
  readonly oldSize: number;
  /** RFC 6962 section 2.1.2, from the old size to the checkpoint's; at most 63 hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

const MAX_PROOF_LINES = 63;
const MAX_BYTES = 24_576;

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  const lines = [`old ${oldSize}`, ...proof.map(toBase64), "", checkpoint];
  return lines.join("\n");
}

/** Reads the form; the checkpoint's own is `parseCheckpoint`'s. Throws `bad-add-checkpoint`. */
export function parseAddCheckpoint(text: string): AddCheckpoint {
  const end = text.indexOf("\n\n");
  if (end < 0 || utf8ToBytes(text).length > MAX_BYTES) throw bad();
  const [first = "", ...lines] = text.slice(0, end).split("\n");
  const [, decimal] = /^old (0|[1-9][0-9]{0,15})$/.exec(first) ?? [];
  const oldSize = Number(decimal ?? NaN);
  if (!Number.isSafeInteger(oldSize) || lines.length > MAX_PROOF_LINES) throw bad();
  const proof = lines.map((line) => {
    const hash = fromBase64(line);
    if (hash?.length !== 32) throw bad();
    return hash;
  });
  return { oldSize, proof, checkpoint: text.slice(end + 2) };
}

function bad(): AnamnesisError<"bad-add-checkpoint"> {
  return new AnamnesisError({
    code: "bad-add-checkpoint",
    rule: "A witness is sent an old size, at most 63 hashes of a consistency proof, an empty line and a checkpoint (C2SP tlog-witness).",
    fix: "See docs/formats.md for the form.",
  });
}
