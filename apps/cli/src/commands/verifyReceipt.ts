import { Command } from "commander";
import { type CheckpointKey, parseAnyVerifierKey } from "@anamnesis/core/audit/checkpointKey";
import { verifyReceipt } from "@anamnesis/sdk/verifyReceipt";
import { readRequired } from "../files/durableFile.ts";
import { createOutput } from "../output/output.ts";
import { countOf, jsonOption } from "./options.ts";

interface Flags {
  readonly keys?: string;
  readonly key: readonly string[];
  readonly witnesses: number;
  readonly json?: true;
}

/** `anamnesis verify-receipt`: a proof file against known keys; no network. */
export function verifyReceiptCommand(): Command {
  return new Command("verify-receipt")
    .description("check an exported receipt against the keys of logs and witnesses; needs no network")
    .argument("<file>", "a .tlog-proof file that `receipts --export` wrote")
    .option("--keys <file>", "verifier keys of logs and witnesses, one a line")
    .option("--key <verifier keys...>", "the same on the command line", [])
    .option("--witnesses <number>", "how many known witnesses must have cosigned", countOf(255), 1)
    .addOption(jsonOption())
    .action(verify);
}

async function verify(path: string, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const text = new TextDecoder().decode(await readRequired(path, "receipt"));
  const lines = flags.keys === undefined ? [] : await linesOf(flags.keys);
  const keys = [...lines, ...flags.key].map(parseAnyVerifierKey);
  const of = (use: "log" | "cosigner"): readonly CheckpointKey[] =>
    keys.filter((item) => item.use === use).map(({ key }) => key);
  const { entry, index, head, cosignatures } = verifyReceipt({
    text,
    logs: of("log"),
    witnesses: of("cosigner"),
    minimum: flags.witnesses,
  });
  output.line(`entry ${index} of the log ${head.origin} with ${head.size} entries`);
  output.line(
    `${new Date(entry.time * 1000).toISOString()}  ${entry.requester?.actor ?? "own device"}  ${entry.purpose}`,
  );
  for (const { record, outcome } of entry.records) output.line(`  ${record}  ${outcome}`);
  for (const { witness, time } of cosignatures) {
    output.line(`cosigned by ${witness.name} at ${new Date(time * 1000).toISOString()}`);
  }
  output.result({
    log: head.origin,
    index,
    size: head.size,
    entry,
    cosignatures: cosignatures.map(({ witness, time }) => ({ witness: witness.name, time })),
  });
}

async function linesOf(path: string): Promise<readonly string[]> {
  const text = new TextDecoder().decode(await readRequired(path, "key file"));
  return text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
}
