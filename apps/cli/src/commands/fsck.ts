import { Command } from "commander";
import { operator } from "@anamnesis/node/operator";
import { readRequired } from "../files/durableFile.ts";
import { passphrase } from "../files/passphrase.ts";
import { columns, counted } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { errorLines, errorReport } from "../output/reportError.ts";
import { jsonOption } from "./options.ts";

interface Flags {
  readonly config: string;
  readonly mend?: true;
  readonly offline?: true;
  readonly passphrase: boolean;
  readonly json?: true;
}

/** Exit codes: 0 sound, 1 errors or warnings are left, 2 could not check. */
const [LEFT, NOT_CHECKED] = [1, 2];

/** `anamnesis fsck`: everything that a stopped node keeps, held against itself and the ledger. */
export function fsckCommand(): Command {
  return new Command("fsck")
    .description("check a stopped node's files, database and receipt log against each other and the ledger")
    .requiredOption("--config <file>", "the node's configuration (JSON, docs/operations.md)")
    .option(
      "--mend",
      "mend what can be mended: fetch blobs from other nodes, queue and send again, cut orphans",
    )
    .option("--offline", "without the ledger: the node's own copy of it counts")
    .option("--no-passphrase", "leave out what needs the keystore: custody shares, fetching blobs")
    .addOption(jsonOption())
    .action(fsck);
}

async function fsck(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  try {
    const config = Buffer.from(await readRequired(flags.config, "configuration file")).toString("utf8");
    const report = await operator.fsck({
      config,
      environment: process.env,
      passphrase: flags.passphrase ? await passphrase() : null,
      offline: flags.offline === true,
      mend: flags.mend === true,
    });
    const { findings, mended, skipped, blobs, sound } = report;
    for (const line of columns(findings.map(({ severity, code, where }) => [severity, code, where]))) {
      output.line(line);
    }
    const advice = new Map(findings.map(({ code, what, fix }) => [code, `${code}: ${what} ${fix}`]));
    if (advice.size > 0) output.line("");
    for (const line of advice.values()) output.line(line);
    for (const line of skipped) output.line(`left out: ${line}`);
    const gone = mended.length === 0 ? "" : `, ${counted(mended.length, "finding")} mended`;
    const verdict = sound ? "sound" : "not sound";
    output.line(`${verdict}: ${counted(blobs, "blob")} read, ${counted(findings.length, "finding")}${gone}`);
    output.result(report);
    if (!sound) process.exitCode = LEFT;
  } catch (error) {
    process.stderr.write(errorLines(errorReport(error)));
    process.exitCode = NOT_CHECKED;
  }
}
