import process from "node:process";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { parseConfig } from "./config.ts";
import { readPassphrase } from "./keystore/passphrase.ts";
import { readConfig, runProcess } from "./runProcess.ts";
import { startNode, type Writes } from "./startNode.ts";

/**
 * One organisation's node as a process. `ANAMNESIS_CONFIG` names its configuration file, `ANAMNESIS_PASSPHRASE_FILE` the file with
 * its passphrase, `DATABASE_URL` its database if that is not the embedded one. Prints one line of JSON on standard output when
 * it listens, logs on standard error, stops on SIGTERM or SIGINT; what cannot start says why on standard error and ends with 1.
 * @param writes as for `startNode`.
 */
export async function runNode(writes?: Writes): Promise<void> {
  await runProcess(async () => {
    const text = await readConfig();
    const curve = useFastestBackend(process.env);
    return startNode(parseConfig(text, process.env), await readPassphrase(process.env), curve, writes);
  });
}
