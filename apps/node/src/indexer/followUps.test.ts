import { afterAll, afterEach, expect, it } from "vitest";
import type { NodeContext } from "../context.ts";
import { createFollowUps } from "./followUps.ts";
import { startLedger } from "./testing/ledgerFixture.ts";
import { closeTestDatabases, releaseTestDatabases } from "./testing/testDatabase.ts";
import { noNetwork, testNode } from "./testing/testNode.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const QUIET = { events: 0, reorganisations: 0 };

/** Whether each of these looks at the ledger was followed by work. */
async function rounds(
  ledgerPoll: number,
  looks: readonly { events: number; reorganisations: number }[],
  failing: number | null = null,
): Promise<readonly boolean[]> {
  const node = await testNode(startLedger(), "north", { fetch: noNetwork });
  let statements = 0;
  let look = 0;
  const context: NodeContext = {
    ...node,
    settings: { ...node.settings, ledgerPoll },
    db: {
      query: async (sql, values) => {
        statements++;
        if (look === failing) throw new Error("the database is away");
        return node.db.query(sql, values);
      },
      transaction: (work) => node.db.transaction(work),
      close: () => node.db.close(),
    },
  };
  const followUp = createFollowUps(context, "http://north.test:80");
  const worked: boolean[] = [];
  for (const followed of looks) {
    const before = statements;
    await followUp(followed).catch(() => undefined);
    worked.push(statements > before);
    look++;
  }
  return worked;
}

it("works after the first look, whenever something came, and on a quiet ledger once a second", async () => {
  const some = { events: 1, reorganisations: 0 };
  const fork = { events: 0, reorganisations: 1 };
  expect(await rounds(250, [QUIET, QUIET, some, fork, QUIET, QUIET, QUIET, QUIET])).toEqual([
    true,
    false,
    true,
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(await rounds(1000, [QUIET, QUIET])).toEqual([true, true]);
});

it("tries again at the next look when it failed", async () => {
  expect(await rounds(250, [QUIET, QUIET, QUIET], 0)).toEqual([true, true, false]);
});
