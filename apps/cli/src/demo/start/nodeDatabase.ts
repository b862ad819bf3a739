import type { OrganisationId } from "@anamnesis/core/ids";
// To make a database is no conversation with a node: it happens before there is one.
// oxlint-disable-next-line no-restricted-imports
import { createDatabase, dropDatabase } from "@anamnesis/node/database/createDatabase";

/** Digits of an organisation's id in the name of its database: nodes of another state folder have others. */
const DIGITS = 12;

/** A node's database on the server that `DATABASE_URL` names. */
export interface NodeDatabase {
  readonly url: string;
  /** Deletes it; for a run whose state is not kept. */
  readonly drop: () => Promise<void>;
}

/**
 * A database of its own for one node, beside the one that the URL names and called after it; made on first use.
 * Throws `database-failed`.
 */
export async function nodeDatabase(
  url: string,
  key: string,
  organisation: OrganisationId,
): Promise<NodeDatabase> {
  const base = decodeURIComponent(new URL(url).pathname.slice(1));
  const name = `${base}_${key}_${organisation.slice(2, 2 + DIGITS)}`;
  return { url: await createDatabase(url, name), drop: () => dropDatabase(url, name) };
}
