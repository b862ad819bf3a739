import pg from "pg";
import { databaseFailed, sqlStateOf } from "./databaseError.ts";

const DUPLICATE_DATABASE = "42P04";

/**
 * Makes an empty database on the server of another one, unless there is one of that name already, and gives its URL.
 *
 * @param url connection string of a database whose user may create others; it stays out of every error.
 * @param name lower-case letters, digits and underscores.
 * Throws `database-failed`.
 */
export async function createDatabase(url: string, name: string): Promise<string> {
  await onServer(url, `create database ${pg.escapeIdentifier(name)}`, DUPLICATE_DATABASE);
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

/** Deletes it with all that is in it, and ends the sessions that use it. Throws `database-failed`. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await onServer(url, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`, null);
}

async function onServer(url: string, sql: string, accepted: string | null): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } catch (error) {
    const state = sqlStateOf(error);
    if (state === null || state !== accepted) throw databaseFailed(state);
  } finally {
    await client.end();
  }
}
