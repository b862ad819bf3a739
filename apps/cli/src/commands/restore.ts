import { Command } from "commander";
import { operator } from "@anamnesis/node/operator";
import { readRequired } from "../files/durableFile.ts";
import { backupPassphrase } from "../files/passphrase.ts";
import { counted } from "../output/format.ts";
import { createOutput } from "../output/output.ts";
import { createProgressBar } from "../output/progressBar.ts";
import { jsonOption } from "./options.ts";

/** `anamnesis restore`: a node from its backup. */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("make a node's data folder, which is empty or not there, from a backup")
    .requiredOption("--in <file>", "the backup")
    .requiredOption(
      "--config <file>",
      "the configuration of the node that is made (JSON, docs/operations.md)",
    )
    .option("--identity <file>", "file with the age identity (AGE-SECRET-KEY-…) of the backup's recipient")
    .addOption(jsonOption())
    .action(restore);
}

async function restore(flags: {
  readonly in: string;
  readonly config: string;
  readonly identity?: string;
  readonly json?: true;
}): Promise<void> {
  const output = createOutput(flags.json === true);
  const config = Buffer.from(await readRequired(flags.config, "configuration file")).toString("utf8");
  const key =
    flags.identity === undefined
      ? { passphrase: await backupPassphrase() }
      : { identity: identityIn(await readRequired(flags.identity, "identity file")) };
  const bar = createProgressBar("restoring");
  try {
    const onProgress = (done: number): void => bar.set(done, done);
    const report = await operator.restore({
      config,
      environment: process.env,
      from: flags.in,
      key,
      onProgress,
    });
    bar.clear();
    const made = new Date(report.time * 1000).toISOString();
    output.line(`${counted(report.blobs, "blob")} and ${counted(report.receipts, "receipt")} as of ${made}`);
    output.line(
      "A receipt log that has grown since is newer: put it in place of this one before the node starts.",
    );
    output.result(report);
  } finally {
    bar.clear();
  }
}

/** age-keygen writes comments before the key. */
function identityIn(bytes: Uint8Array): string {
  return /^AGE-SECRET-KEY-\S+$/m.exec(Buffer.from(bytes).toString("utf8"))?.[0] ?? "";
}
