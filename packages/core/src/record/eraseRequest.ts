import { fixedBytes, struct, type Infer } from "../encoding/codec.ts";
import { defineFormat } from "../encoding/format.ts";
import { type TypedData, typedDataDigest } from "../encoding/eip712.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import { ledgerDomain, type LedgerIdentity } from "../ledger/intents.ts";
import type { Address } from "../ids.ts";
import { bodyLabel, header, type Header } from "./header.ts";
import { recordIdOf } from "./recordId.ts";

/**
 * The wish that a record be erased for ever (GDPR Art. 17), the same bytes for every custodian: signed by the segment's owner, or by the
 * organisation that wrote the record. The header shows whose record it is to custodians that keep none.
 */
export const eraseRequest = defineFormat(
  "erase-request",
  struct({
    header,
    /** EIP-712, by the segment's current owner or the author organisation's account. */
    signature: fixedBytes(65),
  }),
  4096,
);
export type EraseRequest = Infer<typeof eraseRequest>;

/** What a wallet shows and the owner signs. */
export function eraseTypedData(identity: LedgerIdentity, { body }: Pick<Header, "body">): TypedData {
  return {
    domain: ledgerDomain(identity, "records"),
    primaryType: "Erase",
    fields: [
      { type: "string", name: "statement" },
      { type: "bytes32", name: "record" },
      { type: "bytes32", name: "label" },
      { type: "bytes32", name: "segment" },
    ],
    message: {
      statement: "Erase this record for ever. Nobody can open it again, I cannot either.",
      record: recordIdOf(body.U),
      label: bodyLabel(body),
      segment: body.core.segment,
    },
  };
}

/** The account that signed, `null` when the signature is none. */
export function eraseRequestSigner(identity: LedgerIdentity, value: EraseRequest): Address | null {
  try {
    return recoverAddress(typedDataDigest(eraseTypedData(identity, value.header)), value.signature);
  } catch {
    return null;
  }
}
