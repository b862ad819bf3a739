import { keccak_256 } from "@noble/hashes/sha3.js";
import {
  address,
  array,
  fixedBytes,
  hash32,
  int,
  nullable,
  oneOf,
  struct,
  text,
  uint,
  type Infer,
} from "../encoding/codec.ts";
import { concatBytes, fromHex, toHex, uintBytes } from "../encoding/bytes.ts";
import { type TypedData, typedDataDigest } from "../encoding/eip712.ts";
import { defineFormat } from "../encoding/format.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import { ledgerDomain, type LedgerIdentity } from "../ledger/intents.ts";
import type {
  ActorId,
  Address,
  ConsentId,
  Day,
  Digest,
  Hash32,
  OrganisationId,
  SegmentId,
  UnixSeconds,
} from "../ids.ts";
import { consentSentence } from "./consentSentence.ts";

export const ACTIONS = ["read", "reshare"] as const;
export type Action = (typeof ACTIONS)[number];

/** Purposes of use: HL7 v3-ActReason. */
export const PURPOSES = ["TREAT", "ETREAT", "HPAYMT", "HRESCH", "HOPERAT", "PUBHLTH", "PATRQT"] as const;
export type Purpose = (typeof PURPOSES)[number];

export const action = oneOf(ACTIONS);
export const purpose = oneOf(PURPOSES);

const day = int<Day>(2 ** 24);
const time = uint<UnixSeconds>(2 ** 40);

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
    /** FHIR resource types; `["*"]` for all. */
    resourceTypes: array(text(64, /^(?:\*|[A-Z][A-Za-z]+)$/), 64, 1),
    actions: array(action, ACTIONS.length, 1),
    purposes: array(purpose, PURPOSES.length, 1),
    /** Clinical period of the data, both ends included; `null`: no limit on that side. */
    dataFrom: nullable(day),
    dataTo: nullable(day),
    notBefore: time,
    notAfter: time,
    salt: fixedBytes(32),
    /** Account of the one-time key that revokes. */
    revoker: address,
  }),
  4096,
);
export type ConsentBody = Infer<typeof consentBody>;

export const consent = defineFormat(
  "consent",
  struct({ body: consentBody, signature: fixedBytes(65) }),
  8192,
);
export type Consent = Infer<typeof consent>;

/** No limit on a side of the data period, as EIP-712 int32. */
const NO_FROM = -(2 ** 31);
const NO_TO = 2 ** 31 - 1;

export function consentTypedData(identity: LedgerIdentity, body: ConsentBody): TypedData {
  return {
    domain: ledgerDomain(identity, "consents"),
    primaryType: "Consent",
    fields: [
      { type: "string", name: "statement" },
      { type: "bytes32", name: "segment" },
      { type: "bytes32", name: "grantee" },
      { type: "bytes32", name: "granteeKeys" },
      { type: "string[]", name: "resourceTypes" },
      { type: "string[]", name: "actions" },
      { type: "string[]", name: "purposes" },
      { type: "int32", name: "dataFrom" },
      { type: "int32", name: "dataTo" },
      { type: "uint64", name: "notBefore" },
      { type: "uint64", name: "notAfter" },
      { type: "bytes32", name: "salt" },
      { type: "address", name: "revoker" },
    ],
    message: {
      statement: consentSentence(body),
      segment: body.segment,
      grantee: body.grantee,
      granteeKeys: body.granteeKeys,
      resourceTypes: body.resourceTypes,
      actions: body.actions,
      purposes: body.purposes,
      dataFrom: body.dataFrom ?? NO_FROM,
      dataTo: body.dataTo ?? NO_TO,
      notBefore: body.notBefore,
      notAfter: body.notAfter,
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
