import type { ActorId, Address, CommitteeKeyId, ConsentId, Digest, Hash32, OrganisationId } from "../ids.ts";
import type { ActorRole } from "../ports/ledger.ts";
import { ACTOR_ROLES } from "../ports/ledger.ts";
import { type TypedDataDomain, type TypedData, typedDataDigest } from "../encoding/eip712.ts";

/**
 * Which ledger this is. Consent ids and all EIP-712 signatures are bound to it, so that nothing
 * signed for one ledger counts on another.
 */
export interface LedgerIdentity {
  /** EVM chain id; a fixed number of the consortium's choice elsewhere. */
  readonly chainId: number;
  readonly contracts: {
    readonly consortium: Address;
    readonly directory: Address;
    readonly consents: Address;
    readonly records: Address;
    readonly receipts: Address;
    readonly owners: Address;
  };
}

/** What an actor signs (EIP-712) and any node relays. Field order is the order of the EIP-712 type. */
export type Intent =
  | {
      readonly type: "SetEndpoint";
      readonly organisation: OrganisationId;
      readonly endpoint: string;
      readonly version: number;
    }
  | {
      readonly type: "AdoptCommittee";
      readonly committee: CommitteeKeyId;
      readonly certificate: Digest;
      readonly threshold: number;
      readonly shareEpoch: number;
      readonly members: readonly OrganisationId[];
    }
  | {
      readonly type: "SetActor";
      readonly organisation: OrganisationId;
      readonly actor: ActorId;
      readonly role: ActorRole;
      readonly signer: Address;
      readonly keyCard: Digest;
      readonly active: boolean;
      readonly version: number;
    }
  | { readonly type: "RegisterConsent"; readonly commitment: Hash32; readonly revoker: Address }
  | { readonly type: "RevokeConsent"; readonly consent: ConsentId }
  | {
      readonly type: "AnchorBatch";
      readonly organisation: OrganisationId;
      readonly sequence: number;
      readonly root: Hash32;
      readonly count: number;
      readonly manifest: Digest;
    }
  | {
      readonly type: "AnchorLogHead";
      readonly organisation: OrganisationId;
      readonly size: number;
      readonly root: Hash32;
      readonly checkpoint: Digest;
    };

/** An intent with the signatures that it needs: one, or for `AdoptCommittee` one of each member in order. Each 65 bytes r ‖ s ‖ v. */
export interface SignedIntent {
  readonly intent: Intent;
  readonly signatures: readonly Uint8Array[];
}

const TYPES: {
  readonly [T in Intent["type"]]: { contract: keyof LedgerIdentity["contracts"]; fields: string };
} = {
  SetEndpoint: { contract: "consortium", fields: "bytes32 organisation,string endpoint,uint64 version" },
  AdoptCommittee: {
    contract: "consortium",
    fields: "bytes32 committee,bytes32 certificate,uint8 threshold,uint32 shareEpoch,bytes32[] members",
  },
  SetActor: {
    contract: "directory",
    fields:
      "bytes32 organisation,bytes32 actor,uint8 role,address signer,bytes32 keyCard,bool active,uint64 version",
  },
  RegisterConsent: { contract: "consents", fields: "bytes32 commitment,address revoker" },
  RevokeConsent: { contract: "consents", fields: "bytes32 consent" },
  AnchorBatch: {
    contract: "records",
    fields: "bytes32 organisation,uint64 sequence,bytes32 root,uint32 count,bytes32 manifest",
  },
  AnchorLogHead: {
    contract: "receipts",
    fields: "bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint",
  },
};

/** The EIP-712 domain of one of the ledger's contracts. */
export function ledgerDomain(
  identity: LedgerIdentity,
  contract: keyof LedgerIdentity["contracts"],
): TypedDataDomain {
  return {
    name: "Anamnesis",
    version: "1",
    chainId: identity.chainId,
    verifyingContract: identity.contracts[contract],
  };
}

/** The intent as EIP-712 typed data; `role` as its place in `ACTOR_ROLES`. */
export function intentTypedData(identity: LedgerIdentity, intent: Intent): TypedData {
  const { contract, fields } = TYPES[intent.type];
  const { type, ...message } = intent;
  return {
    domain: ledgerDomain(identity, contract),
    primaryType: type,
    fields: fields.split(",").map((field) => {
      const [fieldType, name] = field.split(" ") as [string, string];
      return { type: fieldType, name };
    }),
    message: "role" in message ? { ...message, role: ACTOR_ROLES.indexOf(message.role) } : message,
  };
}

/** What is signed: keccak256(0x1901 ‖ domain separator ‖ struct hash), 32 bytes. */
export function intentDigest(identity: LedgerIdentity, intent: Intent): Uint8Array {
  return typedDataDigest(intentTypedData(identity, intent));
}
