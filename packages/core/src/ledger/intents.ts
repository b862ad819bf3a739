import type {
  ActorId,
  Address,
  BodyLabel,
  CommitteeKeyId,
  ConsentId,
  Digest,
  Hash32,
  Hex,
  OrganisationId,
  RecordId,
  SegmentId,
} from "../ids.ts";
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

/** Where a record's leaf stands in an anchored batch of its author: the batch as it was anchored, and an RFC 6962 proof. */
export interface Inclusion {
  readonly sequence: number;
  readonly root: Hash32;
  readonly count: number;
  readonly manifest: Digest;
  readonly index: number;
  readonly path: readonly Hash32[];
}

/**
 * What an actor signs (EIP-712) and any node relays. Field order is the order of the EIP-712 type. `shown` is not signed: the
 * ledger needs it to see that the rest is true.
 */
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
    }
  | {
      readonly type: "RotateOwner";
      readonly segment: SegmentId;
      /** Rotations of the segment with this one: 1, 2, 3, … */
      readonly generation: number;
      readonly newOwner: Address;
      readonly newNextOwner: Hash32;
      readonly shown: {
        /** Compressed SEC1 (33 bytes): the key behind the standing next digest, which signs. */
        readonly publicKey: Hex;
        /** What the segment id is the digest of; with the first rotation only. */
        readonly opening: {
          readonly owner: Address;
          readonly nextOwner: Hash32;
          readonly kind: Hash32;
        } | null;
      };
    }
  | {
      readonly type: "AmendRecord";
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      /** SHA-256 of a salt and the record that takes this one's place. */
      readonly successor: Hash32;
      readonly shown: { readonly label: BodyLabel; readonly inclusion: Inclusion };
    }
  | {
      readonly type: "RetractRecord";
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      readonly shown: { readonly label: BodyLabel; readonly inclusion: Inclusion };
    }
  | {
      readonly type: "NameEndorsers";
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      readonly label: BodyLabel;
      /** With how many endorsements the record counts as final. */
      readonly threshold: number;
      /** 1 to 16 organisations, each once. */
      readonly endorsers: readonly OrganisationId[];
      readonly shown: { readonly inclusion: Inclusion };
    }
  | {
      readonly type: "EndorseRecord";
      readonly endorser: OrganisationId;
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      readonly label: BodyLabel;
      /** As they were named: the ledger keeps their digest alone. */
      readonly shown: { readonly endorsers: readonly OrganisationId[] };
    }
  | {
      readonly type: "EraseRecord";
      readonly record: RecordId;
      /** Whose signatures these are, in their order. */
      readonly shown: { readonly custodians: readonly OrganisationId[] };
    };

/**
 * An intent with the signatures that it needs: one, or for `AdoptCommittee` one of each member and for `EraseRecord` one of
 * each shown custodian, in order. Each 65 bytes r ‖ s ‖ v.
 */
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
  RotateOwner: {
    contract: "owners",
    fields: "bytes32 segment,uint64 generation,address newOwner,bytes32 newNextOwner",
  },
  AmendRecord: { contract: "records", fields: "bytes32 organisation,bytes32 record,bytes32 successor" },
  RetractRecord: { contract: "records", fields: "bytes32 organisation,bytes32 record" },
  NameEndorsers: {
    contract: "records",
    fields: "bytes32 organisation,bytes32 record,bytes32 label,uint8 threshold,bytes32[] endorsers",
  },
  EndorseRecord: {
    contract: "records",
    fields: "bytes32 endorser,bytes32 organisation,bytes32 record,bytes32 label",
  },
  EraseRecord: { contract: "records", fields: "bytes32 record" },
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
  const { type, shown: _, ...message } = intent as Intent & { readonly shown?: unknown };
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
