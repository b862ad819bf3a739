import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { writeDurably } from "../../files/durableFile.ts";

/** Base-2 logarithm of scrypt's work for a passphrase of 256 random bits: stretching it would protect nothing. */
export const RANDOM_PASSPHRASE_WORK = 10;

/** The passphrase in this file; a new one of 256 random bits on first use. */
export async function randomPassphrase(path: string): Promise<string> {
  const known = await readFile(path, "utf8").catch(() => null);
  if (known !== null && known.trim() !== "") return known.trim();
  const made = randomBytes(32).toString("base64url");
  await writeDurably(path, `${made}\n`);
  return made;
}
