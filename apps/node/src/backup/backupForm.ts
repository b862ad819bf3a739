import { AnamnesisError } from "@anamnesis/core/errors";
import { parseOrganisationId, type OrganisationId } from "@anamnesis/core/ids";
import { backupDamaged } from "./tar.ts";

/**
 * A backup, version 0: a tar archive in an age file (https://age-encryption.org/v1). Entries in this order:
 *
 *     backup.json                     what this is: `BackupHead`
 *     keystore.age, share.*           as they lie in the data folder, encrypted once more by the file
 *     receipts.log                    the log up to its length at the time
 *     database/<table>/<n>.json       rows, an array of objects as PostgreSQL's row_to_json has them; referenced tables first
 *     blobs/<cid>                     every blob that hashes to its name
 *     end.json                        number and digest of all entries before it: `EntriesDigest`
 */
export const HEAD_ENTRY = "backup.json";
export const END_ENTRY = "end.json";
export const DATABASE_ENTRY = /^database\/([a-z_][a-z0-9_]{0,62})\/\d{6,9}\.json$/;
export const BLOB_ENTRY = /^blobs\/([a-z2-7]+)$/;
const FORMAT = "anamnesis-backup/0";

export interface BackupHead {
  readonly organisation: OrganisationId;
  /** Number of migrations of the database. */
  readonly schema: number;
  /** When it was begun, Unix seconds. */
  readonly time: number;
}

export function formatHead(head: BackupHead): Uint8Array {
  return json({ format: FORMAT, ...head });
}

/** Throws `backup-damaged`, and `backup-newer` for another version. */
export function parseHead(bytes: Uint8Array): BackupHead {
  const value = parse(bytes);
  const { format, organisation, schema, time } = value;
  if (typeof format === "string" && format.startsWith("anamnesis-backup/") && format !== FORMAT) {
    throw new AnamnesisError({
      code: "backup-newer",
      rule: "A program restores backups of its own or an earlier version.",
      fix: "Restore with the program that wrote it, or a newer one.",
    });
  }
  const numbers = [schema, time].every((number) => Number.isSafeInteger(number) && (number as number) >= 0);
  if (format !== FORMAT || typeof organisation !== "string" || !numbers) throw backupDamaged("form");
  try {
    return {
      organisation: parseOrganisationId(organisation),
      schema: schema as number,
      time: time as number,
    };
  } catch {
    throw backupDamaged("form");
  }
}

export function formatEnd(end: { readonly entries: number; readonly digest: string }): Uint8Array {
  return json(end);
}

/** Throws `backup-damaged` unless the last entry says of all others what was found. */
export function checkEnd(
  bytes: Uint8Array,
  found: { readonly entries: number; readonly digest: string },
): void {
  const { entries, digest } = parse(bytes);
  if (entries !== found.entries || digest !== found.digest) throw backupDamaged("digest");
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Below, like any other form.
  }
  throw backupDamaged("form");
}
