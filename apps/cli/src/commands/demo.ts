import { Command, InvalidArgumentError } from "commander";
import { runDemo } from "../demo/runDemo.ts";

interface Flags {
  readonly once?: true;
  readonly input?: string[];
  readonly json?: string;
  readonly fresh?: true;
  readonly port?: number;
  readonly ledger?: string;
  readonly state: string;
  readonly quick?: true;
  readonly verbose?: true;
  readonly oidc?: string;
}

/** `anamnesis demo`: also what `npm start` runs. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("start three organisations and a chain, and play the whole journey on synthetic patients")
    .option("--once", "play in a temporary folder, then end; exit code 1 if any step fails")
    .option("--input <paths...>", "FHIR R4 Bundles instead of the demo's own: files, or folders of *.json")
    .option("--json <file>", "write a report for programs")
    .option("--fresh", "discard the state of earlier runs first")
    .option("--port <first>", "first of four ports in a row; free ones by default", parsePort)
    .option(
      "--ledger <url>",
      "JSON-RPC of an EVM network to play on, instead of the embedded chain",
      parseUrl,
    )
    .option("--state <folder>", "where the state lies", ".anamnesis")
    .option("--quick", "let the doctor open the first patient's records only")
    .option(
      "--oidc <file>",
      "the first hospital's own login, as portal.oidc of a node's configuration (JSON)",
    )
    .option("--verbose", "say where processes listen and logs are")
    .action(async (flags: Flags) =>
      runDemo({
        once: flags.once === true,
        input: flags.input ?? [],
        json: flags.json ?? null,
        fresh: flags.fresh === true,
        port: flags.port ?? null,
        ledger: flags.ledger ?? null,
        state: flags.state,
        quick: flags.quick === true,
        verbose: flags.verbose === true,
        oidc: flags.oidc ?? null,
      }),
    );
}

/** The chain's port and those of three nodes after it. */
function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isSafeInteger(port) && port >= 1 && port <= 65_532) return port;
  throw new InvalidArgumentError("");
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("");
}
