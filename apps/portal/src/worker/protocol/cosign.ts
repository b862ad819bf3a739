import type { OpenedItem } from "../protocol.ts";

/** Somebody's signed word that their organisation does not sign; the signature was checked in the worker. */
export interface SaidNo {
  /** Name of the organisation, and of the person who said it; `null` while nobody who answers knows the name. */
  readonly organisation: string;
  readonly person: string | null;
  /** Seconds since 1970. */
  readonly time: number;
  /** `null`: it is sealed to others. */
  readonly reason: string | null;
}

/** How far a record has come that several organisations have to sign. Who was to sign is proven by the record itself; who has is the own node's word on the ledger. */
export interface Cosigning {
  readonly record: string;
  /** `contradicted`: the node names others, or another header, than the record itself. */
  readonly state: "preliminary" | "final" | "contradicted";
  readonly needed: number;
  /** Names of organisations. */
  readonly signed: readonly string[];
  readonly missing: readonly string[];
  /** Of those who have not signed since. */
  readonly declined: readonly SaidNo[];
}

export interface Cosignings {
  readonly records: readonly Cosigning[];
  /** Organisations whose nodes did not answer: there may be a word that nobody else has. */
  readonly silent: readonly string[];
  /** Words that somebody left and that are nobody's whom the directory has so now. */
  readonly unchecked: number;
}

/** One record in the queue, before it was opened. */
export interface Queued extends Omit<Cosigning, "state"> {
  /** Name of the organisation that wrote it. */
  readonly author: string;
  /** Seconds since 1970 from which it waits; `null` while the node has not read its batch. */
  readonly since: number | null;
  /** Somebody of the own organisation has declined it. */
  readonly declinedHere: boolean;
}

export interface SigningQueue {
  /** Of the own organisation. */
  readonly organisation: string;
  /** What waits for it, oldest first. */
  readonly waiting: readonly Queued[];
  /** Its own that wait for others. */
  readonly own: readonly Queued[];
  readonly silent: readonly string[];
  readonly unchecked: number;
}

/** A record of the queue that was opened under a patient's consent. */
export interface ReadQueued {
  readonly record: string;
  /** The consent by which it opened, and the address of its patient's chart. */
  readonly consent: string;
  readonly patient: string;
  /** It, and the Patient resources that say whose it is. */
  readonly items: readonly OpenedItem[];
}

export interface CosignMethods {
  /** Of those of these records that were opened here and ask for signatures. */
  readonly cosigned: (parameters: { readonly records: readonly string[] }) => Promise<Cosignings>;
  readonly signingQueue: () => Promise<SigningQueue>;
  /** Opens what of the queue the grants of this member of staff open. */
  readonly readQueue: (parameters: { readonly records: readonly string[] }) => Promise<readonly ReadQueued[]>;
  /** Signs for the own organisation what was opened by `readQueue`. */
  readonly signQueued: (parameters: { readonly record: string }) => Promise<void>;
  /** Declines it. `missing`: organisations that were to keep the word too and have not taken it. */
  readonly declineQueued: (parameters: {
    readonly record: string;
    readonly reason: string;
  }) => Promise<{ readonly kept: readonly string[]; readonly missing: readonly string[] }>;
}
