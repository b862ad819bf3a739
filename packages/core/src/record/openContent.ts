import { equalSecret } from "../encoding/bytes.ts";
import { cidOf, CODEC_RAW } from "../encoding/cid.ts";
import { openBytes } from "../crypto/stream.ts";
import { AnamnesisError } from "../errors.ts";
import { type Content, unpackContent } from "./content.ts";
import { contentKey, type ContentKey, keyCommitmentOf } from "./contentKey.ts";
import { coreLabel, type RecordBody } from "./header.ts";

/**
 * Opens a content with what both locks gave. Throws `blob-mismatch` when the ciphertext is not the one that the header
 * names, `key-mismatch` when K1 and G do not make the key that the header commits to, `stream-open`, `bad-content`.
 * @param k1 32 bytes. @param G 33 bytes.
 */
export async function openContent(
  body: RecordBody,
  k1: Uint8Array,
  G: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Content> {
  if (cidOf(ciphertext, CODEC_RAW) !== body.content) throw mismatch("blob-mismatch");
  const dek = committedKey(body, k1, G);
  const packed = await openBytes(dek, ciphertext);
  dek.fill(0);
  return unpackContent(packed);
}

/** The content's key, if it is the one to which the header commits; else throws `key-mismatch`. 32 bytes, to be overwritten. */
export function committedKey(body: RecordBody, k1: Uint8Array, G: Uint8Array): Uint8Array {
  const key = committed(body, k1, G);
  if (key === null) throw mismatch("key-mismatch");
  return key.dek;
}

/** True when K1 and G make the key to which the header commits, whatever else is wrong. */
export function makeCommittedKey(body: RecordBody, k1: Uint8Array, G: Uint8Array): boolean {
  const key = committed(body, k1, G);
  key?.dek.fill(0);
  return key !== null;
}

/**
 * What only who has K1 and G of a record can show (kc, 32 bytes): it opens the header's key commitment and neither the content nor anything
 * else. Who opened both locks has them, and the author, who made them, has them without consent or receipt; so kc says that somebody had both, not who, and
 * whoever was given it can show it too. Throws `key-mismatch`.
 */
export function proofOfOpening(body: RecordBody, k1: Uint8Array, G: Uint8Array): Uint8Array {
  const key = committed(body, k1, G);
  if (key === null) throw mismatch("key-mismatch");
  key.dek.fill(0);
  return key.kc;
}

/** `null` when K1 and G do not make the key to which the header commits. */
function committed(body: RecordBody, k1: Uint8Array, G: Uint8Array): ContentKey | null {
  const key = contentKey(k1, G, coreLabel(body.core), body.U);
  if (equalSecret(key.commitment, body.keyCommitment)) return key;
  key.dek.fill(0);
  return null;
}

/** @param kc from `proofOfOpening`. */
export function provesOpening(body: Pick<RecordBody, "keyCommitment">, kc: Uint8Array): boolean {
  return equalSecret(keyCommitmentOf(kc), body.keyCommitment);
}

export function mismatch(code: "blob-mismatch" | "key-mismatch"): AnamnesisError<typeof code> {
  return new AnamnesisError({
    code,
    rule:
      code === "blob-mismatch"
        ? "A content is the one whose CID the header names."
        : "Both locks together give the one key to which the header commits.",
    fix:
      code === "blob-mismatch"
        ? "Fetch the content from another home."
        : "Ask the custodians again; if it stays so, the author sealed something else than the header says.",
  });
}
