import type { Exception } from "@anamnesis/core/consent/terms";
import type { Attributes } from "@anamnesis/core/record/attributes";
import type { TypedData } from "@anamnesis/core/encoding/eip712";
import type { Address } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { RequestMethods } from "./protocol/requests.ts";
import type { LooksMethods } from "./protocol/looks.ts";
import type { Due, KeysMethods } from "./protocol/keys.ts";
import type { SharingMethods } from "./protocol/sharing.ts";
import type { WalletMethods } from "./protocol/wallets.ts";
import type { WritingMethods } from "./protocol/writing.ts";
import type { CosignMethods } from "./protocol/cosign.ts";
import type { AdministratorMethods } from "./protocol/administrator.ts";
import type { CorrectionMethods } from "./protocol/corrections.ts";
import type { DeskMethods } from "./protocol/desk.ts";

/** What the page and the worker say to each other. Keys never pass: the worker has them, the page has what it shows. */

export interface Who {
  readonly kind: "patient" | "staff";
  /** As the directory knows a member of staff; a patient is in no directory. */
  readonly name: string | null;
  /** The organisation of a member of staff. */
  readonly organisation: string | null;
  /** Has keys to which patients can share: a practitioner, or other staff. */
  readonly reader: boolean;
  /** May act as an administrator of the node. */
  readonly administrator: boolean;
  /** What has to be done before anything else. */
  readonly due: Due;
  /** What the key card of a member of staff says; `null`: there is none. */
  readonly subject: string | null;
  /** The directory has this member of staff, active; until then nobody lets them do anything. */
  readonly registered: boolean;
}

/** What an authenticator's PRF gave for the account's salt. */
export interface PasskeySecret {
  /** The credential's id. */
  readonly credential: Uint8Array;
  /** 32 bytes; the worker zeroes its copy. */
  readonly prf: Uint8Array;
}

export interface OpenedItem {
  readonly record: string;
  readonly kind: SegmentKind;
  /** Id of the organisation that wrote it, and its name. */
  readonly organisation: string;
  readonly organisationName: string;
  /** Days since 1970 on which it was sealed. */
  readonly day: number;
  readonly mediaType: string;
  /** FHIR JSON; `null` for any other content. */
  readonly resource: Readonly<Record<string, unknown>> | null;
  /** Content that is not FHIR. */
  readonly bytes: Uint8Array | null;
  /** The earlier record whose place this one says to take. */
  readonly amends: string | null;
  /** The patient wrote it; `organisation` is the home that took it. */
  readonly byOwner: boolean;
  /** The person who signed it, by name; `null`: a device, the organisation itself, or the patient. */
  readonly author: string | null;
  /** What its header hides and consents are about. */
  readonly attributes: Attributes;
  /** Names of the organisations that were to sign it too, and how many of them have to, as the record itself proves; `null`: nobody. */
  readonly cosign: { readonly needed: number; readonly asked: readonly string[] } | null;
  /** What was checked of it in this browser; `null`: it was written here, and not opened yet. */
  readonly proof: ItemProof | null;
}

/** The exact terms of one record. */
export interface ItemProof {
  /** `blabel`: what its author signed. */
  readonly label: string;
  /** Id of the author: an organisation, a device or person of it, or the segment itself. */
  readonly author: string;
  /** Its batch among the organisation's, and its place there. */
  readonly sequence: number;
  readonly index: number;
  readonly size: number;
}

/** Part of the records that could not be had; the rest is complete. */
export interface Gap {
  readonly kind: SegmentKind;
  /** `homes-unreachable`, `too-few-custodians`, `not-opened` or another code of the SDK. */
  readonly code: string;
  /** Names of the organisations whose nodes did not answer, where known. */
  readonly silent: readonly string[];
}

export interface OpenedRecords {
  readonly items: readonly OpenedItem[];
  readonly gaps: readonly Gap[];
  /** Records that are there and did not open, whatever the reason; without those of `late`. */
  readonly refused: number;
  /** Ids of records that are stored and not on the ledger yet: custodians open them in a moment. */
  readonly late: readonly string[];
}

/** Whom the records of a chart are about, as `ofOnePatient` needs it. */
export interface ChartSubject {
  /** The first consent to the segment whose records say who it is; all of them belong to the chart. */
  readonly consent: string;
  /** Organisation and FHIR id of each Patient in it. */
  readonly patients: readonly string[];
  /** Ids of the records of these. */
  readonly records: readonly string[];
}

export interface ChartRecords extends OpenedRecords {
  /** `null`: nothing says who it is. */
  readonly subject: ChartSubject | null;
}

export interface Progress {
  readonly done: number;
  readonly of: number;
  /** All that is open by now, when it is worth showing before the rest; said seldom, since pages make all of it anew. */
  readonly soFar?: readonly OpenedItem[];
  /** Once, as soon as nothing of a share opens any more. */
  readonly stopped?: Stopped;
}

export interface Grantee {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly organisationName: string;
}

export interface Directory {
  readonly grantees: readonly Grantee[];
  /** Names of the organisations some of whose people are missing: nobody who answers knows their names. */
  readonly silent: readonly string[];
}

/** A segment of which something is shared, and the FHIR resource types: `["*"]` for all of it. */
export interface SharedPart {
  readonly kind: SegmentKind;
  readonly resourceTypes: readonly string[];
}

/** Consents of one signing: what a patient calls a share. */
export interface Share {
  /** The first consent's id. */
  readonly id: string;
  readonly consents: readonly string[];
  readonly parts: readonly SharedPart[];
  readonly granteeName: string;
  readonly organisationName: string;
  readonly purposes: readonly string[];
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly state: "live" | "unfinished" | "expired" | "stopping" | "stopped";
}

export interface NewShare {
  readonly grantee: string;
  readonly parts: readonly SharedPart[];
  readonly purpose: "TREAT" | "HRESCH" | "HPAYMT" | "PATRQT";
  /** Days since 1970; `null`: all there is. */
  readonly dataFrom: number | null;
  /** As the page showed it: what is signed is what was read. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A share of which nothing opens any more. */
export interface Stopped {
  /**
   * What is left to do, which changes nothing of that. `under-way`: the other custodians are being told and new keys made. `wallet`: the new keys wait for the wallet that owns the records. `later`: they are made by the next
   * visit at the latest.
   */
  readonly rest: "under-way" | "wallet" | "later" | "nothing";
  /** Custodians whose signed word that it is stored for ever was verified. */
  readonly acknowledged: readonly { readonly name: string; readonly at: number }[];
  /** Of none is it known while the rest is under way. */
  readonly silent: readonly string[];
  readonly inForceAt: number;
}

/** A patient who granted something to this member of staff, for one and the same purpose: all of it is one chart. */
export interface GrantingPatient {
  /** The consent by which the patient's name opens. Consents of one patient cannot be linked by their ids: who it is says the opened Patient resource. */
  readonly id: string;
  readonly consents: readonly string[];
  /** Earlier consents of the same patient for the same purpose, which ended or were stopped: their addresses lead here. */
  readonly ended: readonly string[];
  /** Ids of others of these that are provably the same patient's, and another chart: another purpose, or another owner of the records. */
  readonly also: readonly string[];
  readonly shares: readonly {
    readonly consent: string;
    readonly kind: SegmentKind;
    readonly resourceTypes: readonly string[];
    readonly purposes: readonly string[];
    readonly dataFrom: number | null;
    readonly dataTo: number | null;
    readonly exceptions: readonly Exception[];
    readonly notAfter: number;
  }[];
}

/** One method of the worker for each of these. `progress` is called while it works. */
export interface WorkerMethods
  extends
    AdministratorMethods,
    RequestMethods,
    KeysMethods,
    LooksMethods,
    SharingMethods,
    WalletMethods,
    WritingMethods,
    DeskMethods,
    CosignMethods,
    CorrectionMethods {
  resume: () => Promise<Who | null>;
  unlock: (parameters: { readonly vaultKey: Uint8Array }) => Promise<Who>;
  unlockWithPasskey: (parameters: PasskeySecret) => Promise<Who>;
  enrol: (parameters: { readonly homes: readonly string[]; readonly passkey: PasskeySecret }) => Promise<Who>;
  lock: () => Promise<void>;
  members: () => Promise<
    readonly {
      readonly id: string;
      readonly name: string;
      readonly kind: string;
      readonly custodian: boolean;
    }[]
  >;
  /** @param only looks again for these alone; all of the patient's by default. */
  records: (only?: { readonly among: readonly string[] }) => Promise<OpenedRecords>;
  directory: () => Promise<Directory>;
  shares: () => Promise<readonly Share[]>;
  /** Finishes what an earlier visit began. */
  goOn: () => Promise<void>;
  share: (parameters: NewShare) => Promise<{ readonly consents: readonly string[] }>;
  /** Which of the patient's own records, of those opened in this sitting, a share would open now. */
  preview: (wish: Omit<NewShare, "grantee">) => Promise<{ readonly records: readonly string[] }>;
  /** Says `stopped` as it becomes true, and answers when the rest is done or put off. What fails from then on is no error. */
  stop: (parameters: { readonly consents: readonly string[] }) => Promise<Stopped>;
  /** Which of these consents still stand. */
  standing: (parameters: { readonly consents: readonly string[] }) => Promise<readonly string[]>;
  granting: () => Promise<readonly GrantingPatient[]>;
  chart: (parameters: {
    readonly consents: readonly string[];
    readonly purpose: string;
    readonly only?: readonly string[];
    /** Looks again for these alone, for a chart that is open. */
    readonly among?: { readonly records: readonly string[]; readonly subject: ChartSubject | null };
  }) => Promise<ChartRecords>;
}

export type MethodName = keyof WorkerMethods;

export interface Call {
  readonly id: number;
  readonly method: MethodName;
  readonly parameters: unknown;
}

/** An error as it travels: never health data, keys or credentials. */
export interface Failure {
  readonly code: string;
  readonly rule: string;
  readonly fix: string;
  readonly meta: Readonly<Record<string, string | number | boolean | null>>;
}

/** The worker asks the page to have the person's wallet sign; the page answers by the question's number. */
export interface WalletQuestion {
  readonly account: Address;
  readonly data: TypedData;
}

/** What the page says to a question: the signature, which the worker verifies, or why there is none. */
export type WalletAnswer = { readonly question: number } & (
  { readonly signature: Uint8Array } | { readonly failure: Failure }
);

export type Reply =
  | { readonly id: number; readonly type: "progress"; readonly progress: Progress }
  | {
      readonly id: number;
      readonly type: "question";
      readonly question: number;
      readonly asked: WalletQuestion;
    }
  | { readonly id: number; readonly type: "done"; readonly value: unknown }
  | { readonly id: number; readonly type: "failed"; readonly failure: Failure };
