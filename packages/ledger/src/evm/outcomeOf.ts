import type { Hex } from "@anamnesis/core/ids";
import type { IntentOutcome } from "@anamnesis/core/ports/ledger";
import { decodeErrorResult } from "viem";
import { ALREADY, refused } from "../refusal.ts";
import { errorsAbi } from "./abi.ts";

type ErrorName = (typeof errorsAbi)[number]["name"];

/** What each custom error means for the one who sent the intent; `null` for what no intent can bring about. */
const OUTCOMES: { readonly [Name in ErrorName]: IntentOutcome | null } = {
  AlreadySet: ALREADY,
  AlreadyAdopted: ALREADY,
  AlreadyRegistered: ALREADY,
  AlreadyRevoked: ALREADY,
  AlreadyAnchored: ALREADY,
  BadSignature: refused("bad-signature"),
  UnknownMember: refused("unknown-member"),
  MemberNotActive: refused("member-not-active"),
  FunctionPaused: refused("function-paused"),
  VersionConflict: refused("version-conflict"),
  VersionPast: refused("version-past"),
  VersionGap: refused("version-gap"),
  BadEndpoint: refused("bad-endpoint"),
  CommitteeConflict: refused("committee-conflict"),
  ShareEpochPast: refused("share-epoch-past"),
  ShareEpochGap: refused("share-epoch-gap"),
  TooFewStanding: refused("too-few-standing"),
  BadThreshold: refused("bad-threshold"),
  TooFewCustodians: refused("too-few-custodians"),
  SignatureCount: refused("signature-count"),
  DuplicateMember: refused("duplicate-member"),
  NotCustodian: refused("not-custodian"),
  BadRole: refused("bad-role"),
  IncompleteActor: refused("incomplete-actor"),
  ActorOfAnother: refused("actor-of-another"),
  RevokedForEver: refused("consent-revoked"),
  UnknownConsent: refused("unknown-consent"),
  SequenceConflict: refused("sequence-conflict"),
  SequenceGap: refused("sequence-gap"),
  EmptyBatch: refused("empty-batch"),
  LogFork: refused("log-fork"),
  LogBehind: refused("log-behind"),
  LogTooLarge: refused("log-too-large"),
  NoFork: refused("no-fork"),
  AlreadyProven: ALREADY,
  AlreadyRotated: ALREADY,
  RotationConflict: refused("rotation-conflict"),
  RotationPast: refused("rotation-past"),
  RotationGap: refused("rotation-gap"),
  OpeningMisplaced: refused("opening-misplaced"),
  WrongOpening: refused("wrong-opening"),
  WrongNextKey: refused("wrong-next-key"),
  IncompleteRotation: refused("incomplete-rotation"),
  UnknownBatch: refused("unknown-batch"),
  NotIncluded: refused("not-included"),
  AlreadyAmended: ALREADY,
  AmendConflict: refused("amend-conflict"),
  EmptySuccessor: refused("empty-successor"),
  AlreadyRetracted: ALREADY,
  RetractedForEver: refused("record-retracted"),
  AlreadyNamed: ALREADY,
  EndorsersConflict: refused("endorsers-conflict"),
  BadEndorsement: refused("bad-endorsement"),
  NoEndorsers: refused("no-endorsers"),
  NotEndorser: refused("not-endorser"),
  AlreadyEndorsed: ALREADY,
  AlreadyErased: ALREADY,
  NoCommittee: refused("no-committee"),
  TooFewApprovals: refused("too-few-approvals"),
  IncompleteMember: refused("incomplete-member"),
  MemberExists: refused("member-exists"),
  SignerTaken: refused("signer-taken"),
  BadName: refused("bad-name"),
  AlreadyRequested: ALREADY,
  UnknownRequest: refused("unknown-request"),
  MemberNotSuspended: refused("member-not-suspended"),
  NoLongerMember: refused("no-longer-member"),
  KeyNotAccepted: refused("key-not-accepted"),
  CommitteeBelowThreshold: refused("committee-below-threshold"),
  ParameterOutOfBounds: refused("parameter-out-of-bounds"),
  NotPausable: refused("not-pausable"),
  BadPause: refused("bad-pause"),
  NotPaused: refused("not-paused"),
  OtherCode: refused("other-code"),
  ContractVersionConflict: refused("contract-version-conflict"),
  AlreadyProposed: ALREADY,
  UnknownProposal: refused("unknown-proposal"),
  ProposalClosed: refused("proposal-closed"),
  AlreadyVoted: ALREADY,
  VotedOtherwise: refused("voted-otherwise"),
  NoVoteAboutOneself: refused("no-vote-about-oneself"),
  TooFewMembers: refused("too-few-members"),
  // The port's intents have no such kind, action or payload.
  BadKind: null,
  BadAction: null,
  BadPayload: null,
  // Of OpenZeppelin's name fallback (ours are short), and of a relay without its contracts.
  InvalidShortString: null,
  StringTooLong: null,
  NoContract: null,
  // Of a view.
  TimeNotReached: null,
};

/** The outcome that a call's revert data stands for; `null` when it is none of the contracts' answers to an intent. */
export function outcomeOf(reason: Hex): IntentOutcome | null {
  try {
    return OUTCOMES[decodeErrorResult({ abi: errorsAbi, data: reason }).errorName];
  } catch {
    return null;
  }
}
