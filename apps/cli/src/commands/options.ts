import { InvalidArgumentError, Option } from "commander";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { PURPOSES } from "@anamnesis/core/consent/terms";
import { passphrase } from "../files/passphrase.ts";
import type { Lock } from "../files/keyFiles.ts";
import { systemRuntime } from "../runtime.ts";

export function nodeOption(): Option {
  return new Option("--node <url>", "address of a member's node, such as http://127.0.0.1:4001")
    .env("ANAMNESIS_NODE")
    .argParser(parseNodeUrl)
    .makeOptionMandatory();
}

export function jsonOption(): Option {
  return new Option("--json", "print the result as JSON");
}

export function kindsOption(): Option {
  return new Option("--kind <kinds...>", "segments; all by default").choices(SEGMENT_KINDS);
}

/** With it, what nodes say is held against the ledger itself. */
export function ledgerOption(): Option {
  return new Option("--ledger <file>", "a node's configuration, or its `ledger` section");
}

/** Where what proves a lie is written, and what later runs compare with is kept. */
export function evidenceOption(): Option {
  return new Option(
    "--evidence <folder>",
    "keep proofs of lies here, the custodians' promises and the heads of their logs",
  );
}

export function purposeOption(): Option {
  return new Option("--purpose <code>", "purpose of use (HL7 v3-ActReason)")
    .choices(PURPOSES)
    .default("TREAT");
}

export function chosenKinds(kinds: readonly SegmentKind[] | undefined): readonly SegmentKind[] {
  return kinds ?? SEGMENT_KINDS;
}

/** A whole number from 1 to `most`. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError("");
  };
}

/** A whole number from 0 to `most`. */
export function countOf(most: number): (text: string) => number {
  return (text) => (text === "0" ? 0 : wholeNumber(most)(text));
}

export function inSeconds(seconds: number): UnixSeconds {
  return (systemRuntime.now() + seconds) as UnixSeconds;
}

export function inDays(days: number): UnixSeconds {
  return inSeconds(days * 86_400);
}

/** A person's key files open with the person's passphrase. */
export async function personalLock(): Promise<Lock> {
  return { passphrase: await passphrase() };
}

/** Either the patient's keys or an actor's. Throws `one-key-file`. */
export function oneOfTwo(keys: string | undefined, actor: string | undefined): void {
  if ((keys === undefined) !== (actor === undefined)) return;
  throw new AnamnesisError({
    code: "one-key-file",
    rule: "This is done either by a patient or by an actor.",
    fix: "Give the patient's key file with --keys, or a practitioner's or device's with --actor.",
  });
}

export function parseNodeUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError("");
  return text.replace(/\/+$/, "");
}
