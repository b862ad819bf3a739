import {
  address,
  array,
  bool,
  fixedBytes,
  hash32,
  type Infer,
  mapped,
  nullable,
  oneOf,
  struct,
  text,
  uint,
  varBytes,
} from "@anamnesis/core/encoding/codec";
import { keyCard } from "@anamnesis/core/actor/keyCard";
import { equalBytes, fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { CommitteeKeyId, Digest, Hex, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { badPayload } from "@anamnesis/core/ledger/newMember";
import {
  decodePayload,
  encodePayload,
  PROPOSAL_ACTIONS,
  type ProposalAction,
} from "@anamnesis/core/ledger/proposal";
import { MEMBER_KINDS, MEMBER_STATUSES } from "@anamnesis/core/ports/ledger";

const time = uint<UnixSeconds>(2 ** 40);

/** An action as its kind and the ABI encoding that the ledger has. Throws `bad-payload` for any other encoding. */
const action = mapped(
  struct({ type: oneOf(PROPOSAL_ACTIONS), payload: varBytes(2048) }),
  ({ type, payload }): ProposalAction => {
    const value = decodePayload(PROPOSAL_ACTIONS.indexOf(type), payload);
    if (!equalBytes(encodePayload(value), payload)) throw badPayload();
    return value;
  },
  (value) => ({ type: value.type, payload: encodePayload(value) }),
);

const selector = mapped(
  fixedBytes(4),
  (bytes) => toHex(bytes),
  (hex: Hex) => fromHex(hex),
);

const newMember = struct({
  organisation: hash32<OrganisationId>(),
  kind: oneOf(MEMBER_KINDS),
  signer: address,
  keyCard: hash32<Digest>(),
  custodian: bool,
  name: text(256),
  endpoint: text(256),
});

/** What the entrant's own key signed as `RequestJoin`. */
export const joinRequest = defineFormat(
  "join-request",
  struct({ entrant: newMember, signature: fixedBytes(65) }),
  2048,
);
export type JoinRequest = Infer<typeof joinRequest>;

/** The keys that a member shall have next, with their own word for it: what a proposal to rotate its key is made from. */
export const keyOffer = defineFormat(
  "key-offer",
  struct({
    organisation: hash32<OrganisationId>(),
    keyCard,
    /** The new key's signature over `AcceptKey`, r ‖ s ‖ v. */
    acceptance: fixedBytes(65),
  }),
  4096,
);
export type KeyOffer = Infer<typeof keyOffer>;

export const propose = defineFormat("propose", struct({ action }), 4096);
export const proposed = defineFormat("proposed", struct({ proposal: hash32() }), 256);
export const settle = defineFormat("settle", struct({ proposal: hash32() }), 256);
export const vote = defineFormat("vote", struct({ proposal: hash32(), support: bool }), 256);

export const PROPOSAL_STATES = ["open", "carried-out", "rejected", "failed", "expired"] as const;

/** What the members decided and what they are deciding, as a node's copy of the ledger has it. */
export const consortiumStatus = defineFormat(
  "consortium-status",
  struct({
    /** Whose node answers. */
    organisation: hash32<OrganisationId>(),
    members: array(
      struct({
        organisation: hash32<OrganisationId>(),
        kind: oneOf(MEMBER_KINDS),
        name: text(256),
        endpoint: text(512),
        custodian: bool,
        status: oneOf(MEMBER_STATUSES),
      }),
      1024,
    ),
    /** Requests to join of who is no member, newest first. */
    requests: array(struct({ request: hash32(), entrant: newMember }), 256),
    /** Open ones, then those that ended, newest first. */
    proposals: array(
      struct({
        proposal: hash32(),
        organisation: hash32<OrganisationId>(),
        action,
        expires: time,
        state: oneOf(PROPOSAL_STATES),
        /** Of a failed one: the rule that it would have broken. */
        problem: nullable(text(64)),
        votes: array(struct({ organisation: hash32<OrganisationId>(), support: bool }), 1024),
        /** Votes as they count now. */
        tally: struct({ yes: uint(1024), no: uint(1024), voters: uint(1024), required: uint(1024) }),
      }),
      512,
    ),
    parameters: struct({
      quorum: uint(10_000),
      votingPeriod: uint(),
      minimumMembers: uint(),
      maxPause: uint(),
    }),
    pauses: array(struct({ target: address, selector, until: time }), 256),
    contracts: array(
      struct({ contract: hash32(), version: uint(), target: address, codehash: hash32() }),
      256,
    ),
    committee: nullable(
      struct({
        committee: hash32<CommitteeKeyId>(),
        threshold: uint(255),
        shareEpoch: uint(0xffff_ffff),
        members: array(hash32<OrganisationId>(), 255),
      }),
    ),
    /** This node's own requests, proposals, votes and calls for a new count that do not stand on the ledger: on their way, or refused by it. */
    sending: array(
      struct({
        type: oneOf(["RequestJoin", "Propose", "Vote", "SettleProposal"]),
        /** Of the request or proposal that it is or is about. */
        about: hash32(),
        /** Why the ledger refused it; `null` while it waits. */
        refusal: nullable(text(64)),
      }),
      256,
    ),
  }),
  4 * 1024 * 1024,
);
export type ConsortiumStatus = Infer<typeof consortiumStatus>;
export type ProposalStatus = ConsortiumStatus["proposals"][number];
