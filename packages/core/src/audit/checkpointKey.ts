import { sha256 } from "@noble/hashes/sha2.js";
import { base64pad } from "multiformats/bases/base64";
import { concatBytes, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import { AnamnesisError } from "../errors.ts";

/** Signature types of C2SP signed-note: a log's Ed25519 over the note, a witness's timestamped one (tlog-cosignature). */
const TYPES = { log: 0x01, cosigner: 0x04 } as const;
/** What a key signs: the heads of its own log, or as a witness those of others. */
export type KeyUse = keyof typeof TYPES;
const LINE_FEED = 0x0a;

/** Who signs heads: the log's origin, or a witness's name, and its Ed25519 public key (32 bytes). */
export interface CheckpointKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
}

function badVerifierKey(): AnamnesisError<"bad-verifier-key"> {
  return new AnamnesisError({
    code: "bad-verifier-key",
    rule: "A verifier key is name+key id+base64 of the type (0x01 log, 0x04 witness) and an Ed25519 public key (C2SP signed-note).",
    fix: "Copy it whole from the log's page.",
  });
}

/** C2SP signed-note: a key's name is not empty and has neither white space nor plus (nor, here, control characters). */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\s+\p{Cc}]{1,255}$/u.test(name);
}

/**
 * First 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), as C2SP signed-note has it for Ed25519; type 0x01 for a
 * log's own key, 0x04 for a witness's (C2SP tlog-cosignature).
 */
export function checkpointKeyId(key: CheckpointKey, use: KeyUse = "log"): Uint8Array {
  const typed = concatBytes(Uint8Array.of(LINE_FEED, TYPES[use]), key.publicKey);
  return sha256(concatBytes(utf8ToBytes(key.name), typed)).subarray(0, 4);
}

export function toBase64(bytes: Uint8Array): string {
  return base64pad.baseEncode(bytes);
}

/** Standard base64 with padding; `null` for any other text, second encodings of the same bytes included. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = base64pad.baseDecode(text);
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

/** `name+hex key id+base64(type ‖ public key)`: what auditors' tools take. Throws `bad-verifier-key`. */
export function formatVerifierKey(key: CheckpointKey, use: KeyUse = "log"): string {
  if (!isKeyName(key.name) || key.publicKey.length !== 32) throw badVerifierKey();
  const id = toHex(checkpointKeyId(key, use)).slice(2);
  return `${key.name}+${id}+${toBase64(concatBytes(Uint8Array.of(TYPES[use]), key.publicKey))}`;
}

/** Throws `bad-verifier-key`, also when the key id is not that of name and key or the key is for another use. */
export function parseVerifierKey(text: string, use: KeyUse = "log"): CheckpointKey {
  // Base64 may contain a plus, a name and a key id may not.
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) throw badVerifierKey();
  const typed = fromBase64(encoded);
  if (typed === null || typed.length !== 33 || typed[0] !== TYPES[use] || !isKeyName(name)) {
    throw badVerifierKey();
  }
  const key = { name, publicKey: typed.slice(1) };
  if (id !== toHex(checkpointKeyId(key, use)).slice(2)) throw badVerifierKey();
  return key;
}

/** A verifier key of either use, as a list of keys has them. Throws `bad-verifier-key`. */
export function parseAnyVerifierKey(text: string): { readonly use: KeyUse; readonly key: CheckpointKey } {
  const use = fromBase64(text.split("+").slice(2).join("+"))?.[0] === TYPES.cosigner ? "cosigner" : "log";
  return { use, key: parseVerifierKey(text, use) };
}
