import { resolve } from "node:path";
import { Command } from "commander";
import { operator } from "@anamnesis/node/operator";
import { readRequired } from "../files/durableFile.ts";
import { backupPassphrase } from "../files/passphrase.ts";
import { counted, size } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { createProgressBar } from "../output/progressBar.ts";
import { jsonOption } from "./options.ts";

/** `anamnesis backup`: a stopped node in one encrypted file. */
export function backupCommand(): Command {
  return new Command("backup")
    .description("write a stopped node into one encrypted file: keys, shares, receipt log, database, blobs")
    .requiredOption("--config <file>", "the node's configuration (JSON, docs/operations.md)")
    .requiredOption("--out <file>", "the backup; a file that is there is never replaced")
    .option("--recipient <key>", "an age public key (age1…) instead of a passphrase")
    .addOption(jsonOption())
    .action(backup);
}

async function backup(flags: {
  readonly config: string;
  readonly out: string;
  readonly recipient?: string;
  readonly json?: true;
}): Promise<void> {
  const output = createOutput(flags.json === true);
  const config = Buffer.from(await readRequired(flags.config, "configuration file")).toString("utf8");
  const lock =
    flags.recipient === undefined ? { passphrase: await backupPassphrase() } : { recipient: flags.recipient };
  const bar = createProgressBar("backing up");
  try {
    const report = await operator.backUp({
      config,
      environment: process.env,
      out: resolve(flags.out),
      lock,
      onProgress: bar.set,
    });
    bar.clear();
    const { rows, blobs, bytes, damagedBlobs } = report;
    output.line(`${counted(rows, "row")}, ${counted(blobs, "blob")}, ${size(bytes)} written and synced`);
    if (damagedBlobs.length > 0) {
      output.line(
        `${counted(damagedBlobs.length, "damaged blob")} left out: run anamnesis fsck --mend, then back up again`,
      );
      process.exitCode = 1;
    }
    output.result(report);
  } finally {
    bar.clear();
  }
}
