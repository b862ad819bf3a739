import { Option } from "commander";
import { AnamnesisError } from "@anamnesis/core/errors";
import { parseOrganisationId } from "@anamnesis/core/ids";
import { areEndorsers, type Endorsers, MAX_ENDORSERS } from "@anamnesis/core/record/endorsement";
import { wholeNumber } from "./options.ts";

export function endorsersOption(description: string): Option {
  return new Option("--endorsers <organisations...>", description);
}

export function thresholdOption(): Option {
  return new Option("--threshold <n>", "with how many signatures it is final; all by default").argParser(
    wholeNumber(MAX_ENDORSERS),
  );
}

/** Who was named on the command line; `null`: nobody. Throws `bad-endorsers`. */
export function endorsersOf(flags: {
  readonly endorsers?: readonly string[];
  readonly threshold?: number;
}): Endorsers | null {
  if (flags.endorsers === undefined) return null;
  const organisations = flags.endorsers.map((text) => parseOrganisationId(text));
  const named = { organisations, threshold: flags.threshold ?? organisations.length };
  if (areEndorsers(named)) return named;
  throw new AnamnesisError({
    code: "bad-endorsers",
    rule: "A record is co-signed by 1 to 16 organisations, each once, with a threshold that they can reach.",
    fix: "See `anamnesis consortium members`.",
  });
}
