import { parseArgs } from "node:util";
import { AnamnesisError } from "@anamnesis/core/errors";
import { PLANTED_BUGS, type PlantedBug } from "./plantedBugs.ts";

export interface Options {
  /** The first one. */
  readonly seed: number;
  /** How many, from the first on. */
  readonly seeds: number;
  readonly trace: boolean;
  readonly bug: PlantedBug | null;
}

const OPTIONS = {
  seed: { type: "string" },
  seeds: { type: "string" },
  trace: { type: "boolean" },
  bug: { type: "string" },
  help: { type: "boolean" },
} as const;

export const USAGE = `Usage: npm run simulate -- [options]

Runs the whole consortium under a seeded scheduler and says which promises were broken (docs/simulation.md).

  --seed <n>     the seed, or the first of many (1)
  --seeds <n>    so many seeds, one after the other, with how often each kind of step occurred (1)
  --trace        of one seed: every step
  --bug <name>   of one seed: with a defect that is to be found
  --help         this text

Defects: ${Object.keys(PLANTED_BUGS)
  .map((name) => `"${name}"`)
  .join(", ")}
`;

/** `null` asks for the usage. Throws `bad-argument`. */
export function parseOptions(args: readonly string[]): Options | null {
  const given = new Map<string, string>();
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option") throw badArgument(token.kind === "positional" ? token.value : "--");
    const type = isOption(token.name) ? OPTIONS[token.name].type : null;
    const wanted = token.value === undefined ? "boolean" : "string";
    if (type !== wanted) throw badArgument(token.rawName);
    given.set(token.name, token.value ?? "");
  }
  if (given.has("help")) return null;
  const bug = given.get("bug") ?? null;
  if (bug !== null && !isBug(bug)) throw badArgument("--bug");
  const seed = wholeNumber("--seed", given.get("seed") ?? "1");
  const seeds = wholeNumber("--seeds", given.get("seeds") ?? "1");
  if (seeds < 1) throw badArgument("--seeds");
  return { seed, seeds, trace: given.has("trace"), bug };
}

function isOption(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name);
}

function isBug(name: string): name is PlantedBug {
  return Object.hasOwn(PLANTED_BUGS, name);
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw badArgument(option);
}

function badArgument(argument: string): AnamnesisError<"bad-argument"> {
  return new AnamnesisError({
    code: "bad-argument",
    rule: "A simulation takes the options and values that --help lists.",
    fix: "Look at npm run simulate -- --help.",
    meta: { argument },
  });
}
