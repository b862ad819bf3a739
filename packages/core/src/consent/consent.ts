import { keccak_256 } from "@noble/hashes/sha3.js";
import { address, fixedBytes, hash32, struct, text, type Infer } from "../encoding/codec.ts";
import { concatBytes, fromHex, toHex, uintBytes } from "../encoding/bytes.ts";
import { type TypedData, typedDataDigest } from "../encoding/eip712.ts";
import { defineFormat } from "../encoding/format.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import { ledgerDomain, type LedgerIdentity } from "../ledger/intents.ts";
import type { ActorId, Address, ConsentId, Digest, Hash32, OrganisationId, SegmentId } from "../ids.ts";
import { consentSentence } from "./consentSentence.ts";
import { TERMS_STRUCTS, TERMS_TYPES, termsFields, termsMessage } from "./terms.ts";

/** The owner's grant to an actor or organisation; only its salted commitment is on the ledger. */
export const consentBody = defineFormat(
  "consent-body",
  struct({
    segment: hash32<SegmentId>(),
    grantee: hash32<ActorId | OrganisationId>(),
    /** As the patient saw it; stands in the sentence that is signed. */
    granteeName: text(200),
    /** Digest of the grantee's key card: a rotated key needs a new consent. */
    granteeKeys: hash32<Digest>(),
    ...termsFields,
    salt: fixedBytes(32),
    /** Account of the one-time key that revokes. */
    revoker: address,
  }),
  16_384,
);
export type ConsentBody = Infer<typeof consentBody>;

export const consent = defineFormat(
  "consent",
  struct({ body: consentBody, signature: fixedBytes(65) }),
  16_384,
);
export type Consent = Infer<typeof consent>;

export function consentTypedData(identity: LedgerIdentity, body: ConsentBody): TypedData {
  return {
    domain: ledgerDomain(identity, "consents"),
    primaryType: "Consent",
    fields: [
      { type: "string", name: "statement" },
      { type: "bytes32", name: "segment" },
      { type: "bytes32", name: "grantee" },
      { type: "bytes32", name: "granteeKeys" },
      ...TERMS_TYPES,
      { type: "bytes32", name: "salt" },
      { type: "address", name: "revoker" },
    ],
    types: TERMS_STRUCTS,
    message: {
      statement: consentSentence(body),
      segment: body.segment,
      grantee: body.grantee,
      granteeKeys: body.granteeKeys,
      ...termsMessage(body),
      salt: toHex(body.salt),
      revoker: body.revoker,
    },
  };
}

/**
 * The EIP-712 digest, 32 bytes: what the owner signs, and at once the salted commitment on the ledger (the salt is one
 * of its fields).
 */
export function consentCommitment(identity: LedgerIdentity, body: ConsentBody): Hash32 {
  return toHex(typedDataDigest(consentTypedData(identity, body)));
}

/** keccak256(abi.encode(chain id, Consents contract, revoker, commitment)): nothing in it leads to owner or segment. */
export function consentIdOf(identity: LedgerIdentity, revoker: Address, commitment: Hash32): ConsentId {
  const pad = new Uint8Array(12);
  return toHex<ConsentId>(
    keccak_256(
      concatBytes(
        new Uint8Array(26),
        uintBytes(identity.chainId, 6),
        pad,
        fromHex(identity.contracts.consents),
        pad,
        fromHex(revoker),
        fromHex(commitment),
      ),
    ),
  );
}

/** Who signed it; `null` when the signature is no signature. The caller holds it against the segment's owner. */
export function consentSigner(identity: LedgerIdentity, value: Consent): Address | null {
  try {
    return recoverAddress(typedDataDigest(consentTypedData(identity, value.body)), value.signature);
  } catch {
    return null;
  }
}
