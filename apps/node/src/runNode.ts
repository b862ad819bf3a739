import { readFile } from "node:fs/promises";
import process from "node:process";
import { AnamnesisError } from "@anamnesis/core/errors";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { parseConfig } from "./config.ts";
import { readPassphrase } from "./keystore/passphrase.ts";
import { startError, startNode, type Writes } from "./startNode.ts";

/**
 * One organisation's node as a process. `ANAMNESIS_CONFIG` names its configuration file, `ANAMNESIS_PASSPHRASE_FILE` the file with
 * its passphrase, `DATABASE_URL` its database if that is not the embedded one. Prints one line of JSON on standard output when
 * it listens, logs on standard error, stops on SIGTERM or SIGINT; what cannot start says why on standard error and ends with 1.
 * @param writes as for `startNode`.
 */
export async function runNode(writes?: Writes): Promise<void> {
  try {
    await run(writes);
  } catch (error) {
    const { code, rule, fix } = startError(error);
    process.stderr.write(`error: ${rule}\n  fix: ${fix}\n  code: ${code}\n`);
    process.exit(1);
  }
}

async function run(writes: Writes | undefined): Promise<void> {
  const path = process.env["ANAMNESIS_CONFIG"];
  const text = path === undefined ? null : await readFile(path, "utf8").catch(() => null);
  if (text === null) {
    throw new AnamnesisError({
      code: "bad-config",
      rule: "A node reads its configuration from a file.",
      fix: "Name the file in ANAMNESIS_CONFIG; docs/operations.md lists every key.",
    });
  }
  const curve = useFastestBackend(process.env);
  const node = await startNode(
    parseConfig(text, process.env),
    await readPassphrase(process.env),
    curve,
    writes,
  );
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: node.url, organisation: node.organisation })}\n`,
  );
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      void node.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}
