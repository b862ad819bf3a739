import { fixedBytes, hash32, nullable, struct, uint, varBytes, type Infer } from "../encoding/codec.ts";
import { concatBytes, fromHex, utf8ToBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { hpkeOpen, hpkeSeal } from "../crypto/hpke.ts";
import type { ActorId, Digest, OrganisationId } from "../ids.ts";
import { card } from "../segment/card.ts";
import { segmentOpening } from "../segment/segmentId.ts";
import { consent } from "./consent.ts";
import { delegation } from "./delegation.ts";

/** What a grantee needs to use a consent: its openings, the segment's card and the current private key. */
export const grantContent = defineFormat(
  "grant-content",
  struct({
    consent,
    /** On what the consent hangs, when it was passed on by a grantee or signed by a proxy: one of the two at most. */
    parent: nullable(consent),
    delegation: nullable(delegation),
    opening: segmentOpening,
    card,
    epoch: uint(0xffff_ffff),
    /** Seed of the segment's X-Wing key of `epoch`; links lead from it to all earlier epochs. */
    segmentKey: fixedBytes(32),
  }),
  49_152,
);
export type GrantContent = Infer<typeof grantContent>;

/** The segment's current private key, sealed once to the grantee, not once for each record. */
export const grant = defineFormat(
  "grant",
  struct({
    grantee: hash32<ActorId | OrganisationId>(),
    /** The key card to which it is sealed. */
    keyCard: hash32<Digest>(),
    enc: fixedBytes(1120),
    ciphertext: varBytes(49_200),
  }),
  65_536,
);
export type Grant = Infer<typeof grant>;

function grantInfo(grantee: ActorId | OrganisationId, keyCard: Digest): Uint8Array {
  return concatBytes(utf8ToBytes("anamnesis/grant/1"), fromHex(grantee), fromHex(keyCard));
}

/** @param kem the grantee's X-Wing public key from its key card, 1216 bytes. */
export async function sealGrant(
  grantee: ActorId | OrganisationId,
  keyCard: Digest,
  kem: Uint8Array,
  content: GrantContent,
): Promise<Grant> {
  const plaintext = grantContent.encode(content);
  const info = grantInfo(grantee, keyCard);
  const sealed = await hpkeSeal({ publicKey: kem, info, aad: new Uint8Array(), plaintext });
  plaintext.fill(0);
  return { grantee, keyCard, ...sealed };
}

/** @param seed the grantee's X-Wing seed, 32 bytes. Throws `hpke-open`. */
export async function openGrant(value: Grant, seed: Uint8Array): Promise<GrantContent> {
  const info = grantInfo(value.grantee, value.keyCard);
  const { enc, ciphertext } = value;
  return grantContent.decode(await hpkeOpen({ seed, enc, info, aad: new Uint8Array(), ciphertext }));
}
