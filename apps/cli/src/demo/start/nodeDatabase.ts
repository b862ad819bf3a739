import { AnamnesisError } from "@anamnesis/core/errors";
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
 * Throws `database-failed`, `bad-database-url`.
 */
export async function nodeDatabase(
  url: string,
  key: string,
  organisation: OrganisationId,
): Promise<NodeDatabase> {
  if (!/^postgres(ql)?:/.test(url) || !URL.canParse(url) || new URL(url).pathname.length < 2) throw badUrl();
  const base = decodeURIComponent(new URL(url).pathname.slice(1));
  const name = `${base}_${key}_${organisation.slice(2, 2 + DIGITS)}`;
  return { url: await createDatabase(url, name), drop: () => dropDatabase(url, name) };
}

/** Says nothing of the value: it holds a password. */
function badUrl(): AnamnesisError<"bad-database-url"> {
  return new AnamnesisError({
    code: "bad-database-url",
    rule: "DATABASE_URL names a database of a PostgreSQL server, postgresql://user:password@host:port/database.",
    fix: "Mend the environment variable, or take it away to use the embedded database.",
  });
}
