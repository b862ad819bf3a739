import { AnamnesisError } from "@anamnesis/core/errors";
import { type CodeKind, printCode, readCode, suspectGroups } from "./groupedCode.ts";

/** 56 characters without padding bits. */
const KIT: CodeKind = { prefix: "AK1", domain: "anamnesis/recovery-kit/1", secret: 32, checksum: 3 };

/** Groups of a kit behind the prefix. */
export const KIT_GROUPS = 14;

/** 32 bytes from which all of a patient's keys come. Printed or split at enrolment, then deleted from the device. */
export function createSeed(random: (length: number) => Uint8Array): Uint8Array {
  return random(32);
}

/** The seed (32 bytes) for paper: `AK1` and 14 groups of four characters, the last ones a checksum. */
export function printRecoveryKit(seed: Uint8Array): string {
  return printCode(KIT, seed);
}

/**
 * The seed of a printed kit. Letter case, white space and hyphens do not matter; O reads as 0, I and L as 1.
 * Throws `bad-recovery-kit` with `meta.reason` `form` or `checksum`.
 */
export function readRecoveryKit(text: string): Uint8Array {
  const seed = readCode(KIT, text);
  if (seed instanceof Uint8Array) return seed;
  throw new AnamnesisError({
    code: "bad-recovery-kit",
    rule: "A recovery kit is AK1 and 14 groups of four characters that fit their checksum.",
    fix:
      seed === "form"
        ? "Type all groups as printed."
        : "Compare each group with the paper: at least one character differs.",
    meta: { reason: seed },
  });
}

/** Which groups (1 to 14) of a kit that does not read are likely wrong, see `suspectGroups`. */
export function suspectKitGroups(text: string): readonly number[] {
  return suspectGroups(KIT, text);
}
