import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { PasskeySecret, Progress, Who } from "../protocol.ts";

/** What has to be done before anything else: a kit that is not on paper yet, or a change of owners that was begun. */
export type Due = "kit" | "rotation" | null;

export interface ShownKit {
  /** `AK1` and 14 groups. */
  readonly text: string;
  /** Whether it takes the place of one that was typed. */
  readonly replaces: boolean;
}

/** `ok`; `another`: well typed, and not the kit of these keys; else the groups (from 1) that are likely wrong, none when nothing can be said. */
export type KitCheck = "ok" | "another" | readonly number[];

export interface FoundByKit {
  /** Parts of the record that were found, of all. */
  readonly found: number;
  readonly of: number;
  readonly missing: readonly SegmentKind[];
  /** Names of organisations that did not answer. */
  readonly silent: readonly string[];
}

/** What became of a change of owners. */
export interface RotationOutcome {
  /** `wallet`: it signs for the general part now; `device`: the device does again. */
  readonly why: "recovery" | "theft" | "kit" | "wallet" | "device";
  readonly organisations: readonly { readonly name: string; readonly took: boolean }[];
  /** Who could not be told yet to go on writing and reading: done again at the next visit. */
  readonly later: readonly string[];
}

export interface Device {
  /** Of its passkey, in base64url. */
  readonly id: string;
  readonly created: number;
  readonly used: number;
  /** Whether it opens the keys: one whose adding was broken off does not. */
  readonly opens: boolean;
  readonly here: boolean;
}

export interface OfferedDevice {
  readonly state: "open" | "claimed" | "answered" | "over";
  /** Six digits once a device came. */
  readonly digits: string | null;
}

/** Kit, recovery, devices. */
export interface KeysMethods {
  kit: () => Promise<ShownKit>;
  /** The kit is on paper: its last group was typed. What waited for it is done. */
  confirmKit: (parameters: { readonly typed: string }) => Promise<Who>;
  checkKit: (parameters: { readonly text: string }) => Promise<KitCheck>;
  /** Looks for what a kit leads to; nothing is changed. */
  findByKit: (parameters: { readonly text: string }) => Promise<FoundByKit>;
  /** Keeps what `findByKit` found in a vault of a new account; `finishRotation` goes on. */
  recover: (parameters: { readonly passkey: PasskeySecret }) => Promise<Who>;
  /** Does what is due of a change of owners, from wherever it stands. */
  finishRotation: () => Promise<{ readonly who: Who; readonly outcome: RotationOutcome | null }>;
  devices: () => Promise<readonly Device[]>;
  removeDevice: (parameters: { readonly id: string }) => Promise<void>;
  /** Ends all other devices at the node and begins the change of owners; `finishRotation` goes on. */
  shutOut: (parameters: { readonly kit: string; readonly passkey: PasskeySecret }) => Promise<Who>;
  offerDevice: () => Promise<{ readonly code: string; readonly expires: number }>;
  offeredDevice: () => Promise<OfferedDevice>;
  answerDevice: () => Promise<void>;
  withdrawDevice: () => Promise<void>;
  /** On the new device: says that it is there, and gives the six digits. */
  claimDevice: (parameters: { readonly code: string }) => Promise<{ readonly digits: string }>;
  /** Whether the other device has let this one in. */
  takeDevice: () => Promise<boolean>;
  /** Keeps the vault's key under the new device's passkey. */
  joinDevice: (parameters: { readonly passkey: PasskeySecret }) => Promise<Who>;
}

export type KeysProgress = (progress: Progress) => void;
