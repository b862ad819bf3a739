import { readFile } from "node:fs/promises";
import { AnamnesisError } from "@anamnesis/core/errors";

/**
 * The passphrase that opens a node's keystore: from the file that `ANAMNESIS_PASSPHRASE_FILE` names, else from
 * `ANAMNESIS_PASSPHRASE`. Never from the command line, where every user of the machine could read it. Throws `no-passphrase`.
 */
export async function readPassphrase(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const file = env["ANAMNESIS_PASSPHRASE_FILE"];
  const given =
    file === undefined ? env["ANAMNESIS_PASSPHRASE"] : await readFile(file, "utf8").catch(() => undefined);
  const passphrase = given?.trim();
  if (passphrase !== undefined && passphrase !== "") return passphrase;
  throw new AnamnesisError({
    code: "no-passphrase",
    rule: "A node's keys are encrypted under a passphrase.",
    fix: "Name a file that holds it in ANAMNESIS_PASSPHRASE_FILE.",
  });
}
