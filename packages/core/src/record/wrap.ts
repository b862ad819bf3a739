import { cid, fixedBytes, nullable, struct, varBytes, type Infer } from "../encoding/codec.ts";
import { concatBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { aesGcmOpen, aesGcmSeal } from "../crypto/aead.ts";
import { hkdf } from "../crypto/kdf.ts";
import { AnamnesisError } from "../errors.ts";
import type { Cid } from "../ids.ts";
import { amendment } from "./amendment.ts";
import { attributes, attributesCommitment } from "./attributes.ts";
import { endorsement, endorsementCommitment } from "./endorsement.ts";
import { coreLabel, type RecordCore } from "./header.ts";

/** Lock A around one record: the session that opens it, and K1 with the attributes sealed under it. */
export const wrap = defineFormat("wrap", struct({ session: cid, sealed: varBytes(4096) }), 8192);
export type Wrap = Infer<typeof wrap>;

/** What a wrap holds. */
export const wrapContent = defineFormat(
  "wrap-content",
  struct({
    k1: fixedBytes(32),
    attributes,
    /** Opens the attributes' commitment. */
    salt: fixedBytes(32),
    /** Opens the header's endorsement commitment; `null` when it has none. */
    endorsement: nullable(endorsement),
    /** Of a record that takes an earlier one's place. */
    amends: nullable(amendment),
  }),
  4096,
);
export type WrapContent = Infer<typeof wrapContent>;

// One key seals one wrap: the core holds a fresh salted commitment, so its label never repeats.
const NONCE = new Uint8Array(12);

function wrapKey(secret: Uint8Array, clabel: Uint8Array): Uint8Array {
  return hkdf(secret, { info: concatBytes(utf8ToBytes("anamnesis/wrap/1"), clabel), length: 32 });
}

/** @param secret S of the session, 32 bytes. */
export async function sealWrap(
  secret: Uint8Array,
  session: Cid,
  core: RecordCore,
  content: WrapContent,
): Promise<Uint8Array> {
  const clabel = coreLabel(core);
  const sealed = await aesGcmSeal(wrapKey(secret, clabel), NONCE, wrapContent.encode(content), clabel);
  return wrap.encode({ session, sealed });
}

/**
 * Opens lock A. Throws `aead-open` when the key or the core is another one, `attributes-mismatch` when the author put
 * other attributes into the wrap than the header commits to, `endorsement-mismatch` likewise for who was to co-sign.
 */
export async function openWrap(secret: Uint8Array, core: RecordCore, value: Wrap): Promise<WrapContent> {
  const clabel = coreLabel(core);
  const content = wrapContent.decode(await aesGcmOpen(wrapKey(secret, clabel), NONCE, value.sealed, clabel));
  if (attributesCommitment(content.attributes, content.salt) !== core.attributes) {
    throw new AnamnesisError({
      code: "attributes-mismatch",
      rule: "The attributes in the wrap open the commitment in the header.",
      fix: "Report the record to its author: header and wrap do not belong together.",
    });
  }
  const opened = content.endorsement === null ? null : endorsementCommitment(content.endorsement);
  if (opened !== core.endorsement) {
    throw new AnamnesisError({
      code: "endorsement-mismatch",
      rule: "The endorsers in the wrap open the commitment in the header.",
      fix: "Report the record to its author: who was to co-sign it cannot be told.",
    });
  }
  return content;
}
