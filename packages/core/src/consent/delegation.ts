import { recoverAddress } from "../crypto/secp256k1.ts";
import { toHex } from "../encoding/bytes.ts";
import { address, bool, fixedBytes, hash32, struct, text, type Infer } from "../encoding/codec.ts";
import { type TypedData, typedDataDigest } from "../encoding/eip712.ts";
import { defineFormat } from "../encoding/format.ts";
import type { Address, Hash32, SegmentId } from "../ids.ts";
import { ledgerDomain, type LedgerIdentity } from "../ledger/intents.ts";
import { delegationSentence } from "./consentSentence.ts";
import { TERMS_STRUCTS, TERMS_TYPES, termsFields, termsMessage } from "./terms.ts";

/**
 * The owner's word that a proxy (a parent, a carer) may sign consents in its name. What the proxy signs lies within
 * these terms. Its salted commitment is registered and revoked as a consent's is, and looks like one.
 */
export const delegationBody = defineFormat(
  "delegation-body",
  struct({
    segment: hash32<SegmentId>(),
    /** Account that signs in the owner's name; proxies are in no directory. */
    proxy: address,
    /** As the patient saw it; stands in the sentence that is signed. */
    proxyName: text(200),
    /** Whether the proxy may open records itself. */
    mayRead: bool,
    ...termsFields,
    salt: fixedBytes(32),
    /** Account of the one-time key that revokes. */
    revoker: address,
  }),
  16_384,
);
export type DelegationBody = Infer<typeof delegationBody>;

export const delegation = defineFormat(
  "delegation",
  struct({ body: delegationBody, signature: fixedBytes(65) }),
  16_384,
);
export type Delegation = Infer<typeof delegation>;

export function delegationTypedData(identity: LedgerIdentity, body: DelegationBody): TypedData {
  return {
    domain: ledgerDomain(identity, "consents"),
    primaryType: "Delegation",
    fields: [
      { type: "string", name: "statement" },
      { type: "bytes32", name: "segment" },
      { type: "address", name: "proxy" },
      { type: "bool", name: "mayRead" },
      ...TERMS_TYPES,
      { type: "bytes32", name: "salt" },
      { type: "address", name: "revoker" },
    ],
    types: TERMS_STRUCTS,
    message: {
      statement: delegationSentence(body),
      segment: body.segment,
      proxy: body.proxy,
      mayRead: body.mayRead,
      ...termsMessage(body),
      salt: toHex(body.salt),
      revoker: body.revoker,
    },
  };
}

/** The EIP-712 digest, 32 bytes: what the owner signs, and the salted commitment of which `consentIdOf` makes the id. */
export function delegationCommitment(identity: LedgerIdentity, body: DelegationBody): Hash32 {
  return toHex(typedDataDigest(delegationTypedData(identity, body)));
}

/** Who signed it; `null` when the signature is no signature. The caller holds it against the segment's owner. */
export function delegationSigner(identity: LedgerIdentity, value: Delegation): Address | null {
  try {
    return recoverAddress(typedDataDigest(delegationTypedData(identity, value.body)), value.signature);
  } catch {
    return null;
  }
}
