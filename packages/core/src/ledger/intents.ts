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
import { ACTOR_ROLES, MEMBER_KINDS } from "../ports/ledger.ts";
import { toHex } from "../encoding/bytes.ts";
import { structHash, type TypedDataStructs } from "../encoding/eip712.ts";
import type { NewMember } from "./newMember.ts";
import { encodePayload, PROPOSAL_ACTIONS, type ProposalAction } from "./proposal.ts";
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
    /** The decision as a view, for whoever wants one checked; takes no intents. A ledger can do without. */
    readonly policy?: Address;
  };
}

/** Contracts that take intents. */
export type IntentContract = Exclude<keyof LedgerIdentity["contracts"], "policy">;

/** Where a record's leaf stands in an anchored batch of its author: the batch as it was anchored, and an RFC 6962 proof. */
export interface Inclusion {
  readonly sequence: number;
  readonly root: Hash32;
  readonly count: number;
  readonly manifest: Digest;
  readonly index: number;
  readonly path: readonly Hash32[];
}

/** A head of an organisation's receipt log, as the organisation signs it for the ledger. */
export interface LogHead {
  readonly organisation: OrganisationId;
  readonly size: number;
  /** RFC 6962 root. */
  readonly root: Hash32;
  /** SHA-256 of the signed checkpoint. */
  readonly checkpoint: Digest;
}

/**
 * What an actor signs (EIP-712) and any node relays. `SettleProposal` and `ProveFork` nobody signs: anyone may call for a new count, and a
 * fork is proven by the signatures of its heads. Field order is the order of the EIP-712 type. `shown` is not signed: the
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
  | ({ readonly type: "AnchorLogHead" } & LogHead)
  /** By the entrant's own key. */
  | ({ readonly type: "RequestJoin" } & NewMember)
  | {
      readonly type: "Propose";
      readonly organisation: OrganisationId;
      readonly action: ProposalAction;
      /** Any 32 bytes: what expired or failed can be proposed again with another. */
      readonly salt: Hash32;
    }
  | {
      readonly type: "Vote";
      /** From `proposalIdOf`. */
      readonly proposal: Hash32;
      readonly organisation: OrganisationId;
      readonly support: boolean;
    }
  /** Counts again: votes can be enough after other members were suspended, removed or reinstated. */
  | { readonly type: "SettleProposal"; readonly proposal: Hash32 }
  /** Two heads of one log and size with different roots. */
  | { readonly type: "ProveFork"; readonly first: LogHead; readonly second: LogHead }
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
 * each shown custodian, in order; for `SettleProposal` none, and for `ProveFork` the organisation's own over each head as an
 * `AnchorLogHead`, where one may be empty for the head that stands anchored. Each 65 bytes r ‖ s ‖ v.
 */
export interface SignedIntent {
  readonly intent: Intent;
  readonly signatures: readonly Uint8Array[];
}

const LOG_HEAD = "bytes32 organisation,uint64 size,bytes32 root,bytes32 checkpoint";

const TYPES: {
  readonly [T in Intent["type"]]: { contract: IntentContract; fields: string };
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
    fields: LOG_HEAD,
  },
  RequestJoin: {
    contract: "consortium",
    fields: "bytes32 id,uint8 kind,address signer,bytes32 keyCard,bool custodian,string name,string endpoint",
  },
  Propose: {
    contract: "consortium",
    fields: "bytes32 organisation,uint8 action,bytes payload,bytes32 salt",
  },
  Vote: { contract: "consortium", fields: "bytes32 proposal,bytes32 organisation,bool support" },
  SettleProposal: { contract: "consortium", fields: "bytes32 proposal" },
  ProveFork: { contract: "receipts", fields: "AnchorLogHead first,AnchorLogHead second" },
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
export function ledgerDomain(identity: LedgerIdentity, contract: IntentContract): TypedDataDomain {
  return {
    name: "Anamnesis",
    version: "1",
    chainId: identity.chainId,
    verifyingContract: identity.contracts[contract],
  };
}

const STRUCTS: TypedDataStructs = { AnchorLogHead: fieldsOf(LOG_HEAD) };

/** The intent as EIP-712 typed data; enumerations as their place in their list. Throws `bad-typed-data`. */
export function intentTypedData(identity: LedgerIdentity, intent: Intent): TypedData {
  const { contract, fields } = TYPES[intent.type];
  return {
    domain: ledgerDomain(identity, contract),
    primaryType: intent.type,
    fields: fieldsOf(fields),
    ...(intent.type === "ProveFork" ? { types: STRUCTS } : {}),
    message: messageOf(intent),
  };
}

function messageOf(intent: Intent): Readonly<Record<string, unknown>> {
  const { type: _, shown: _shown, ...message } = intent as Intent & { readonly shown?: unknown };
  if (intent.type === "SetActor") return { ...message, role: ACTOR_ROLES.indexOf(intent.role) };
  if (intent.type === "RequestJoin") {
    return { ...message, id: intent.organisation, kind: MEMBER_KINDS.indexOf(intent.kind) };
  }
  if (intent.type === "Propose") {
    const { organisation, action, salt } = intent;
    const payload = toHex(encodePayload(action));
    return { organisation, action: PROPOSAL_ACTIONS.indexOf(action.type), payload, salt };
  }
  return message;
}

function fieldsOf(text: string): readonly { readonly type: string; readonly name: string }[] {
  return text.split(",").map((field) => {
    const [type, name] = field.split(" ") as [string, string];
    return { type, name };
  });
}

/** What is signed: keccak256(0x1901 ‖ domain separator ‖ struct hash), 32 bytes. Throws `bad-typed-data`. */
export function intentDigest(identity: LedgerIdentity, intent: Intent): Uint8Array {
  return typedDataDigest(intentTypedData(identity, intent));
}

/** EIP-712 hash of the struct, the same on every ledger. Throws `bad-typed-data`. */
export function proposalIdOf(intent: Extract<Intent, { type: "Propose" }>): Hash32 {
  return toHex(structHash("Propose", fieldsOf(TYPES.Propose.fields), messageOf(intent)));
}
