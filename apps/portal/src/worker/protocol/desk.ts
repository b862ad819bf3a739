import type { NodeStatus } from "@anamnesis/api/routes/nodeStatus";
import type { NodeFinding } from "@anamnesis/sdk/nodeFindings";
import type { PasskeySecret } from "../protocol.ts";

/** A person's own standing in the directory, for the page that waits for it. */
export interface Registration {
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  /** What an administrator types or opens: it names the public key card, and is no secret. */
  readonly code: string;
  readonly registered: boolean;
}

/** Whoever a registration code names. */
export interface Applicant {
  readonly name: string;
  readonly role: string;
  /** Stands in the directory already, active. */
  readonly registered: boolean;
}

/** Whom the front desk may see: who somebody is, and nothing of the record. */
export interface DeskPerson {
  readonly patient: string;
  readonly given: string;
  readonly family: string;
  readonly birthDate: string | null;
  readonly identifier: string | null;
  readonly state: "waiting" | "provisional" | "own";
  readonly registeredAt: number | null;
  /** A code to claim the keys can be made here. */
  readonly kept: boolean;
}

export interface DeskPage {
  readonly people: readonly DeskPerson[];
  readonly next: string | null;
}

export interface NewPerson {
  /** Made by the page, once for each form: the same again goes on with what was begun. */
  readonly form: string;
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly identifier: string;
}

export interface ClaimCode {
  readonly code: string;
  readonly expiresAt: number;
}

/** What a one-time code opens. */
export interface ClaimFound {
  readonly organisation: string;
}

/** Somebody with whom patients can share, as the directory names them. */
export interface ShareTarget {
  readonly id: string;
  readonly name: string;
}

/** The node's figures, and what of them needs somebody. */
export interface NodeFigures extends NodeStatus {
  readonly findings: readonly NodeFinding[];
}

export interface DeskMethods {
  nodeFigures: () => Promise<NodeFigures>;

  /** Whom patients find by a code at the desk: the own organisation, and who is signed in, if patients can share with them. */
  shareTargets: () => Promise<readonly ShareTarget[]>;

  deskPeople: (parameters: { readonly search: string; readonly after: string | null }) => Promise<DeskPage>;
  /** Registers somebody without a device: the organisation holds the keys, sealed to its desk. */
  registerPerson: (person: NewPerson) => Promise<{ readonly patient: string }>;
  /** A one-time code for this person, for a day. */
  claimCode: (parameters: { readonly patient: string }) => Promise<ClaimCode>;
  /** Looks at what a code opens, before anything is made. */
  lookAtClaim: (parameters: { readonly code: string }) => Promise<ClaimFound>;
  /** A kit of the person's own for what the code opens: on paper before anything else. The same again is the same kit. */
  claimKit: () => Promise<{ readonly kit: string }>;
  /** Takes over what was looked at, under the kit that is on paper. */
  claim: (parameters: { readonly passkey: PasskeySecret }) => Promise<void>;

  /** Keys of a new member of staff, made here, and their card left at the node. */
  joinStaff: (parameters: {
    readonly name: string;
    readonly role: "practitioner" | "staff";
    readonly passkey: PasskeySecret;
  }) => Promise<void>;
  registration: () => Promise<Registration>;
  applicant: (parameters: { readonly code: string }) => Promise<Applicant>;
  /** Signs the directory's entry for whom the code names. It counts when the directory shows it. */
  registerApplicant: (parameters: { readonly code: string }) => Promise<void>;
}
