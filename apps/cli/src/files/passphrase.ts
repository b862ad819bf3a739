import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { AnamnesisError } from "@anamnesis/core/errors";

let asked: Promise<string> | null = null;

/**
 * The passphrase of a backup: from the file that `ANAMNESIS_BACKUP_PASSPHRASE_FILE` names, else asked on the terminal. Not the
 * keystore's: who holds the backups need not be able to run the node. Throws `no-passphrase`.
 */
export function backupPassphrase(): Promise<string> {
  return find("ANAMNESIS_BACKUP_PASSPHRASE_FILE", "A backup is encrypted under a passphrase of its own.");
}

/**
 * The passphrase of the key files of this command: from the file that `ANAMNESIS_PASSPHRASE_FILE` names, else asked once on
 * the terminal. Never from the command line, where every user of the machine could read it. Throws `no-passphrase`.
 */
export async function passphrase(): Promise<string> {
  asked ??= find("ANAMNESIS_PASSPHRASE_FILE", "Key files are encrypted under a passphrase.");
  return asked;
}

async function find(variable: string, rule: string): Promise<string> {
  const path = process.env[variable];
  const text = path === undefined ? await ask() : await readFile(path, "utf8").catch(() => null);
  const found = text?.trim() ?? "";
  if (found !== "") return found;
  throw new AnamnesisError({
    code: "no-passphrase",
    rule,
    fix: `Name a file that holds it in ${variable}, or run the command on a terminal.`,
  });
}

async function ask(): Promise<string | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  process.stderr.write("Passphrase: ");
  // What is typed goes nowhere: the terminal's own echo is off while readline reads.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await reader.question("");
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}
