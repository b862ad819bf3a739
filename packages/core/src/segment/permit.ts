import { fixedBytes, hash32, struct, uint, type Infer } from "../encoding/codec.ts";
import { defineFormat, type Format } from "../encoding/format.ts";
import { ledgerDomain, type LedgerIdentity } from "../ledger/intents.ts";
import { type TypedData, typedDataDigest } from "../encoding/eip712.ts";
import { toHex } from "../encoding/bytes.ts";
import { recoverAddress, verifyBy } from "../crypto/secp256k1.ts";
import type { Address, Digest, OrganisationId, SegmentId, UnixSeconds } from "../ids.ts";

const permitBody = struct({
  segment: hash32<SegmentId>(),
  organisation: hash32<OrganisationId>(),
  /** The organisation may append until then. */
  notAfter: uint<UnixSeconds>(2 ** 40),
  salt: fixedBytes(32),
});
export type PermitBody = Infer<typeof permitBody>;

/** The owner's signed word that an organisation may append to a segment until a date. */
export const permit: Format<{ readonly body: PermitBody; readonly signature: Uint8Array }> = defineFormat(
  "permit",
  struct({ body: permitBody, signature: fixedBytes(65) }),
  512,
);
export type Permit = Infer<typeof permit>;

export function permitTypedData(identity: LedgerIdentity, body: PermitBody): TypedData {
  return {
    domain: ledgerDomain(identity, "consents"),
    primaryType: "Permit",
    fields: [
      { type: "string", name: "statement" },
      { type: "bytes32", name: "segment" },
      { type: "bytes32", name: "organisation" },
      { type: "uint64", name: "notAfter" },
      { type: "bytes32", name: "salt" },
    ],
    message: {
      statement: "This organisation may add records to mine until the date below.",
      segment: body.segment,
      organisation: body.organisation,
      notAfter: body.notAfter,
      salt: toHex(body.salt),
    },
  };
}

/** The EIP-712 digest, 32 bytes: how headers name the permit under which they were written. */
export function permitDigest(identity: LedgerIdentity, body: PermitBody): Digest {
  return toHex<Digest>(typedDataDigest(permitTypedData(identity, body)));
}

export function verifyPermit(identity: LedgerIdentity, value: Permit, owner: Address): boolean {
  return verifyBy(typedDataDigest(permitTypedData(identity, value.body)), value.signature, owner);
}

/** The account that signed, `null` when the signature is none. */
export function permitSigner(identity: LedgerIdentity, value: Permit): Address | null {
  try {
    return recoverAddress(typedDataDigest(permitTypedData(identity, value.body)), value.signature);
  } catch {
    return null;
  }
}
