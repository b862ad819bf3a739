import { parseArgs } from "node:util";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Curve, CURVES, type Settings } from "./run/settings.ts";
import { SYSTEM_BENCHES } from "./system/runSystem.ts";

export const BENCHES = [
  ...SYSTEM_BENCHES,
  "parts",
  "baseline",
  "fhir",
  "fhir-growth",
  "growth",
  "portal",
] as const;
export type BenchName = (typeof BENCHES)[number];
/** Run when they are named. */
const SLOW: ReadonlySet<BenchName> = new Set(["fhir-growth", "growth"]);

export interface Options {
  readonly chosen: readonly BenchName[];
  readonly settings: Settings;
  /** File for the figures. */
  readonly json: string | null;
}

const DEFAULTS = { records: 300, releases: 100, revocations: 15, time: 500, largest: 10_000 } as const;
/** Largest numbers that are taken: a slip of the keyboard must not run for days. */
const MOST = {
  records: 100_000,
  releases: 10_000,
  revocations: 1_000,
  time: 60_000,
  patients: 100_000,
  largest: 100_000,
} as const;
type Count = keyof typeof MOST;

export const HELP = `Usage: npm run bench -- [<bench>]... [options]

Measures on this machine alone (127.0.0.1), prints tables and ends by itself. All but growth and fhir-growth by default, which take longest (some 20 and 10 minutes):

  ingest      three nodes' processes and a chain take records: sealed, put, copied, anchored; gas and bytes on disk
  open        a doctor opens them through 2 of 3 custodians
  release     latency of one record, at the custody API and end to end
  revoke      a consent granted and revoked: until in force, until refused
  parts       each part alone, beside what the machine itself allows
  baseline    the same job as a pointer on the chain, a file under one key and an access list in a contract
  fhir        the FHIR server on both databases: everything permitted, consent enforced, every access audited; served beside Medplum's
  fhir-growth searches at the FHIR server with 20 resources each of a twentieth of the patients, and of all
  portal      the pages in a real Chromium, of a patient with some --records
  growth      time, memory, disk and ledger as records and members become more

  --records <n>        records for the whole system and the baseline (${DEFAULTS.records})
  --releases <n>       (${DEFAULTS.releases})
  --revocations <n>    (${DEFAULTS.revocations})
  --time <ms>          for each operation of the parts and of fhir (${DEFAULTS.time})
  --curve <name>       libsecp256k1, noble or both, one run for each (both)
  --profile [=folder]  CPU profiles and statements of each node's process, and their summary; one curve, ingest and open, or growth at its largest
  --patients <n>       patients of 20 resources each for fhir (200) and fhir-growth (20000, on the embedded database a tenth)
  --largest <n>        records that growth ends with (${DEFAULTS.largest}); 100000 takes some seven minutes where nothing else runs
  --json <file>        writes the figures
  --help               this text

ANAMNESIS_SAMPLES=<folder> takes FHIR bundles from there instead of generated ones.
`;

/** `null` asks for the help. Throws `bad-argument`. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values, positionals } = parse(args);
  if (values.help === true) return null;
  const unknown = positionals.find((name) => !isBench(name));
  if (unknown !== undefined) throw badArgument("bench");
  const profiling = values.profile !== undefined;
  const usual: readonly BenchName[] = profiling
    ? ["ingest", "open"]
    : BENCHES.filter((name) => !SLOW.has(name));
  const named = BENCHES.filter((name) => positionals.includes(name));
  const count = (name: keyof typeof DEFAULTS): number =>
    values[name] === undefined ? DEFAULTS[name] : parseCount(name, values[name]);
  return {
    chosen: named.length > 0 ? named : usual,
    settings: {
      records: count("records"),
      releases: count("releases"),
      revocations: count("revocations"),
      time: count("time"),
      curves: parseCurves(values.curve ?? (profiling ? "libsecp256k1" : "both")),
      profile: values.profile ?? null,
      patients: values.patients === undefined ? null : parseCount("patients", values.patients),
      largest: count("largest"),
    },
    json: values.json ?? null,
  };
}

function parse(args: readonly string[]) {
  // A folder is optional after --profile, which the parser does not know.
  const given = args.map((arg) => (arg === "--profile" ? "--profile=bench-profile" : arg));
  try {
    return parseArgs({
      args: given,
      allowPositionals: true,
      options: {
        records: { type: "string" },
        releases: { type: "string" },
        revocations: { type: "string" },
        time: { type: "string" },
        curve: { type: "string" },
        profile: { type: "string" },
        patients: { type: "string" },
        largest: { type: "string" },
        json: { type: "string" },
        help: { type: "boolean" },
      },
    });
  } catch {
    throw badArgument("option");
  }
}

function isBench(name: string): name is BenchName {
  return (BENCHES as readonly string[]).includes(name);
}

function parseCount(name: Count, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1 && value <= MOST[name]) return value;
  throw badArgument(name);
}

function parseCurves(text: string): readonly Curve[] {
  if (text === "both") return CURVES;
  const found = CURVES.find((curve) => curve === text);
  if (found === undefined) throw badArgument("curve");
  return [found];
}

function badArgument(argument: string): AnamnesisError<"bad-argument"> {
  return new AnamnesisError({
    code: "bad-argument",
    rule: "The bench takes the names, options and sizes that --help lists.",
    fix: "Look at npm run bench -- --help.",
    meta: { argument },
  });
}
