import { address, fixedBytes, hash32, struct, uint, type Infer } from "../encoding/codec.ts";
import { defineFormat } from "../encoding/format.ts";
import { fromHex } from "../encoding/bytes.ts";
import { ed25519Verify } from "../crypto/ed25519.ts";
import { verifyBy } from "../crypto/secp256k1.ts";
import { AnamnesisError } from "../errors.ts";
import { intentDigest, type LedgerIdentity } from "../ledger/intents.ts";
import type { ConsentId, OrganisationId, UnixSeconds } from "../ids.ts";
import { consentIdOf } from "./consent.ts";

/**
 * The revoker's word, the same bytes for every custodian and for the ledger. With commitment and revoker in it a
 * custodian can check it even before its own copy of the ledger knows the consent.
 */
export const revocation = defineFormat(
  "revocation",
  struct({
    commitment: hash32(),
    revoker: address,
    /** Over the `RevokeConsent` intent. */
    signature: fixedBytes(65),
  }),
  512,
);
export type Revocation = Infer<typeof revocation>;

/** Returns the consent that it revokes. Throws `bad-revocation`. */
export function verifyRevocation(identity: LedgerIdentity, value: Revocation): ConsentId {
  const consent = consentIdOf(identity, value.revoker, value.commitment);
  if (!verifyBy(intentDigest(identity, { type: "RevokeConsent", consent }), value.signature, value.revoker)) {
    throw new AnamnesisError({
      code: "bad-revocation",
      rule: "A consent is revoked by the signature of its own one-time revoker key.",
      fix: "Sign again with the device that holds the current root.",
    });
  }
  return consent;
}

const ackBody = struct({
  consent: hash32<ConsentId>(),
  custodian: hash32<OrganisationId>(),
  /** The custodian's local time at which the revocation was on its disk. */
  storedAt: uint<UnixSeconds>(2 ** 40),
});

const ackBodyFormat = defineFormat("revocation-ack-body", ackBody, 512);

/** A custodian's signed word that it has stored a revocation for ever. */
export const revocationAck = defineFormat(
  "revocation-ack",
  struct({ body: ackBodyFormat, signature: fixedBytes(64) }),
  512,
);
export type RevocationAck = Infer<typeof revocationAck>;

/** What the custodian signs with its Ed25519 key, 32 bytes. */
export function revocationAckDigest(body: RevocationAck["body"]): Uint8Array {
  return fromHex(ackBodyFormat.digest(body));
}

export function verifyRevocationAck(ack: RevocationAck, ed25519PublicKey: Uint8Array): boolean {
  return ed25519Verify(revocationAckDigest(ack.body), ack.signature, ed25519PublicKey);
}
