import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { NewShare, SharedPart } from "../protocol.ts";

export type RequestState = "waiting" | "granted" | "denied" | "expired" | "withdrawn";

/** What somebody asks a patient to permit. */
export interface AskedTerms {
  /** One for each kind that is asked for. */
  readonly parts: readonly SharedPart[];
  readonly purposes: readonly string[];
  /** Days since 1970; `null`: all there is. */
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  readonly notAfter: number;
  /** From who asks. */
  readonly message: string;
}

export interface RequestAnswer {
  readonly consents: readonly string[];
  readonly message: string;
  readonly time: number;
}

/** Somebody asks this patient. */
export interface RequestToMe {
  readonly id: string;
  /** As the directory names them. */
  readonly name: string;
  readonly organisationName: string;
  /** False: who asked is not in the directory as then, and nothing can be shared by answering. */
  readonly active: boolean;
  readonly asked: AskedTerms;
  readonly time: number;
  readonly expiresAt: number;
  readonly state: RequestState;
  readonly answer: RequestAnswer | null;
}

/** This member of staff asked a patient. */
export interface RequestByMe {
  readonly id: string;
  /** Of the patient, where it was asked from a chart in this browser; else `null`: a request names nobody. */
  readonly name: string | null;
  readonly asked: AskedTerms;
  readonly time: number;
  readonly expiresAt: number;
  readonly state: RequestState;
  readonly answer: RequestAnswer | null;
}

/** A share that this member of staff had. */
export interface EndedShare {
  /** Id of its consent to the general records, or its first; in the address of the chart that it opened. */
  readonly id: string;
  readonly parts: readonly SharedPart[];
  readonly purposes: readonly string[];
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  readonly notAfter: number;
  readonly ended: "expired" | "stopped";
}

export interface RequestMethods {
  /** Who asks this patient, newest first; `silent`: organisations that did not say. */
  requests: () => Promise<{ readonly requests: readonly RequestToMe[]; readonly silent: readonly string[] }>;
  answerRequest: (parameters: {
    readonly id: string;
    /** `null`: declined. */
    readonly grant: Omit<NewShare, "grantee"> | null;
    readonly message: string;
  }) => Promise<void>;
  contactCode: () => Promise<{ readonly code: string }>;
  asked: () => Promise<{ readonly requests: readonly RequestByMe[]; readonly silent: readonly string[] }>;
  askAccess: (parameters: {
    /** A contact code as it was typed, or the id of a consent that this member of staff had or has. */
    readonly patient: { readonly code: string } | { readonly consent: string };
    readonly kinds: readonly SegmentKind[];
    readonly resourceTypes: readonly string[];
    readonly purpose: NewShare["purpose"];
    readonly dataFrom: number | null;
    readonly notAfter: number;
    readonly message: string;
    /** Of the patient, as the chart has it: kept sealed in this browser, for `asked`. */
    readonly name: string | null;
  }) => Promise<void>;
  withdrawRequest: (parameters: { readonly id: string }) => Promise<void>;
  ended: () => Promise<readonly EndedShare[]>;
}
