import { AnamnesisError } from "@anamnesis/core/errors";

/** @param expected what the key is, as the end of a sentence; never what it was. */
export function bad(key: string, expected: string): AnamnesisError<"bad-config"> {
  return new AnamnesisError({
    code: "bad-config",
    rule: `The configuration's ${key} is ${expected}.`,
    fix: "Mend the file that ANAMNESIS_CONFIG names; docs/operations.md lists every key.",
    meta: { key },
  });
}
