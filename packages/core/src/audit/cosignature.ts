import { ed25519Verify } from "../crypto/ed25519.ts";
import { concatBytes, equalBytes, uintBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { AnamnesisError } from "../errors.ts";
import type { UnixSeconds } from "../ids.ts";
import { formatNoteSignature, parseCheckpoint, type SignNote } from "./checkpoint.ts";
import { type CheckpointKey, checkpointKeyId } from "./checkpointKey.ts";

/** Timestamp (8) and Ed25519 signature (64). */
const COSIGNATURE_BYTES = 72;

/** That a witness saw a head as the largest consistent one of its log, at that time. */
export interface Cosignature {
  readonly witness: CheckpointKey;
  readonly time: UnixSeconds;
}

/** What a witness signs (C2SP tlog-cosignature, `cosignature/v1`). @param note the checkpoint's signed bytes. */
function cosignedMessage(note: Uint8Array, time: number): Uint8Array {
  return concatBytes(utf8ToBytes(`cosignature/v1\ntime ${time}\n`), note);
}

/**
 * The witness's signature line for a checkpoint, line feed included. Signs whatever is given: that the head is the largest
 * consistent one is to be seen, and kept, before. Throws `bad-checkpoint`, and `bad-cosignature` when `sign` does not
 * sign with the witness's key.
 */
export async function cosign(
  checkpoint: string,
  witness: CheckpointKey,
  time: UnixSeconds,
  sign: SignNote,
): Promise<string> {
  const message = cosignedMessage(parseCheckpoint(checkpoint).note, time);
  const signature = await sign(message);
  if (!ed25519Verify(message, signature, witness.publicKey)) throw badCosignature();
  return formatNoteSignature({
    name: witness.name,
    keyId: checkpointKeyId(witness, "cosigner"),
    signature: concatBytes(uintBytes(time, 8), signature),
  });
}

/**
 * The valid cosignatures of these witnesses on a checkpoint, one for each, the newest. Lines of other keys are ignored.
 * Throws `bad-checkpoint`, and `bad-cosignature` when a line bears a given witness's name and key id and does not
 * verify. The log's own signature is `verifyCheckpoint`'s.
 */
export function verifyCosignatures(
  checkpoint: string,
  witnesses: readonly CheckpointKey[],
): readonly Cosignature[] {
  const { note, signatures } = parseCheckpoint(checkpoint);
  return witnesses.flatMap((witness) => {
    const keyId = checkpointKeyId(witness, "cosigner");
    const times = signatures
      .filter((line) => line.name === witness.name && equalBytes(line.keyId, keyId))
      .map(({ signature }) => verifiedTime(note, signature, witness.publicKey));
    return times.length === 0 ? [] : [{ witness, time: Math.max(...times) as UnixSeconds }];
  });
}

function verifiedTime(note: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): number {
  if (signature.length !== COSIGNATURE_BYTES) throw badCosignature();
  const time = signature.subarray(0, 8).reduce((sum, byte) => sum * 256 + byte, 0);
  const valid =
    Number.isSafeInteger(time) &&
    ed25519Verify(cosignedMessage(note, time), signature.subarray(8), publicKey);
  if (!valid) throw badCosignature();
  return time;
}

function badCosignature(): AnamnesisError<"bad-cosignature"> {
  return new AnamnesisError({
    code: "bad-cosignature",
    rule: "A cosignature is the witness's Ed25519 signature over time and checkpoint (C2SP tlog-cosignature).",
    fix: "Compare the witness's name and key with the directory; if they are right, keep the text as evidence.",
  });
}
