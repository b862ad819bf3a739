import { ed25519Verify } from "../crypto/ed25519.ts";
import { concatBytes, equalBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { AnamnesisError } from "../errors.ts";
import { type CheckpointKey, checkpointKeyId, fromBase64, isKeyName, toBase64 } from "./checkpointKey.ts";

/** The head of a log as C2SP `tlog-checkpoint` has it. */
export interface Checkpoint {
  /** Which log this is: a URL without scheme by convention, and the name of the key that signs. */
  readonly origin: string;
  readonly size: number;
  /** RFC 6962 root, 32 bytes. */
  readonly root: Uint8Array;
}

/** One signature line of a C2SP signed note: the log's own, or a witness's. */
export interface NoteSignature {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** What follows the key id: 64 bytes for Ed25519, other lengths for other types. */
  readonly signature: Uint8Array;
}

export interface ParsedCheckpoint extends Checkpoint {
  /** The signed bytes: all lines up to the empty one, the last line feed included. */
  readonly note: Uint8Array;
  /** In their order, at least one, those of unknown keys included. */
  readonly signatures: readonly NoteSignature[];
}

/** Signs the message itself with Ed25519 (64 bytes out). */
export type SignNote = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

const MAX_CHARACTERS = 16_384;
/** A signature line opens with an em dash, U+2014. */
const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/u;

function badCheckpoint(): AnamnesisError<"bad-checkpoint"> {
  return new AnamnesisError({
    code: "bad-checkpoint",
    rule: "A checkpoint is a signed note with origin, size and root (C2SP tlog-checkpoint).",
    fix: "Ask the log for its checkpoint again and keep the text byte for byte.",
  });
}

function badSignature(origin: string): AnamnesisError<"bad-checkpoint-signature"> {
  return new AnamnesisError({
    code: "bad-checkpoint-signature",
    rule: "A checkpoint counts only with a valid signature of its log's key.",
    fix: "Compare the log's name and key with the directory; if they are right, keep the text as evidence.",
    meta: { origin },
  });
}

/** The text that is signed. Throws `bad-checkpoint`. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint;
  if (!isKeyName(origin) || !Number.isSafeInteger(size) || size < 0 || root.length !== 32) {
    throw badCheckpoint();
  }
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * The checkpoint with the log's signature line; the key's name is the origin. Throws `bad-checkpoint`, and
 * `bad-checkpoint-signature` when `sign` does not sign with the key of `publicKey`: no such head leaves the log.
 */
export async function signCheckpoint(
  checkpoint: Checkpoint,
  publicKey: Uint8Array,
  sign: SignNote,
): Promise<string> {
  const text = formatCheckpoint(checkpoint);
  const note = utf8ToBytes(text);
  const signature = await sign(note);
  if (!ed25519Verify(note, signature, publicKey)) throw badSignature(checkpoint.origin);
  const keyId = checkpointKeyId({ name: checkpoint.origin, publicKey });
  return `${text}\n${formatNoteSignature({ name: checkpoint.origin, keyId, signature })}`;
}

/** `— name base64(key id ‖ signature)` and a line feed; witnesses' lines go after the log's own. */
export function formatNoteSignature(signature: NoteSignature): string {
  return `\u2014 ${signature.name} ${toBase64(concatBytes(signature.keyId, signature.signature))}\n`;
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  if (name === undefined || !isKeyName(name) || bytes === null || bytes.length < 5) throw badCheckpoint();
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/**
 * Reads the form only; the signatures are `verifyCheckpoint`'s. Extension lines are allowed, as C2SP has it: they are
 * signed with the rest and mean nothing here. Throws `bad-checkpoint` for any other text, such as one that is longer
 * than 16,384 characters, has carriage returns, a size with leading zeros or above 2^53 - 1, or no signature line.
 */
export function parseCheckpoint(text: string): ParsedCheckpoint {
  if (text.length > MAX_CHARACTERS || !text.isWellFormed() || /[^\n\P{Cc}]/u.test(text))
    throw badCheckpoint();
  const end = text.lastIndexOf("\n\n");
  if (end < 0 || !text.endsWith("\n")) throw badCheckpoint();

  const [origin, decimal, encodedRoot, ...extensions] = text.slice(0, end).split("\n");
  if (origin === undefined || decimal === undefined || encodedRoot === undefined) throw badCheckpoint();
  const size = /^(?:0|[1-9][0-9]{0,15})$/.test(decimal) ? Number(decimal) : NaN;
  const root = fromBase64(encodedRoot);
  if (!isKeyName(origin) || !Number.isSafeInteger(size) || root?.length !== 32) throw badCheckpoint();
  if (extensions.includes("")) throw badCheckpoint();

  const lines = text.slice(end + 2, -1).split("\n");
  const note = utf8ToBytes(text.slice(0, end + 1));
  return { origin, size, root, note, signatures: lines.map(parseSignatureLine) };
}

/**
 * The head, once the log itself signed it: origin and key name are `key.name`, and every line with that name and key
 * id verifies. Lines of other keys are ignored. Throws `bad-checkpoint` or `bad-checkpoint-signature`.
 */
export function verifyCheckpoint(text: string, key: CheckpointKey): Checkpoint {
  const { origin, size, root, note, signatures } = parseCheckpoint(text);
  const keyId = checkpointKeyId(key);
  const own = signatures.filter((line) => line.name === key.name && equalBytes(line.keyId, keyId));
  const valid = own.every((line) => ed25519Verify(note, line.signature, key.publicKey));
  if (origin !== key.name || own.length === 0 || !valid) throw badSignature(key.name);
  return { origin, size, root };
}
