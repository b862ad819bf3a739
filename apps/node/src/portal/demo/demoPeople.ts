import { readFile } from "node:fs/promises";
import { decodeJson } from "@anamnesis/api/http/jsonBody";
import { demoFile, type DemoPerson } from "@anamnesis/api/portalDemo";
import type { DemoIdentity } from "@anamnesis/api/routes/portal";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";
import { addAccount, newAccount } from "../accounts.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock" | "random">;

/** People of the demo: the file is written when they are there, which is after the node. */
async function readPeople(path: string): Promise<readonly DemoPerson[]> {
  const text = await readFile(path, "utf8").catch(() => null);
  return text === null ? [] : decodeJson(demoFile, text);
}

export async function demoIdentities(path: string | null): Promise<readonly DemoIdentity[]> {
  if (path === null) throw notFound();
  const people = await readPeople(path);
  return people.map(({ id, name, role, sentence }) => ({ id, name, role, sentence }));
}

/** Account and vault key of one of the demo's people; account and vault are made on first use. Throws `not-found`. */
export async function demoAccount(
  { db, durable, clock, random }: Context,
  path: string | null,
  id: string,
): Promise<{ readonly account: string; readonly vaultKey: Uint8Array }> {
  const person = path === null ? undefined : (await readPeople(path)).find((one) => one.id === id);
  if (person === undefined) throw notFound();
  const account = toHex(person.account);
  const { handle } = newAccount({ random }, "patient");
  const kind = person.role === "patient" ? "patient" : "staff";
  const now = clock.now();
  await durable("portal.account", () =>
    db.transaction(async (tx) => {
      await addAccount(tx, { account, handle, kind }, now);
      await tx.query(
        "insert into portal_vaults (account, version, sealed, kept_at) values ($1, 1, $2, $3) on conflict (account) do nothing",
        [account, person.sealed, now],
      );
    }),
  );
  return { account, vaultKey: person.vaultKey };
}
