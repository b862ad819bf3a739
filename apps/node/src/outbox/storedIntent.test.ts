import fc from "fast-check";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { batchIntent, startLedger } from "../indexer/testing/ledgerFixture.ts";
import { closeTestDatabases, releaseTestDatabases } from "../indexer/testing/testDatabase.ts";
import { testNode } from "../indexer/testing/testNode.ts";
import { dedupeOf } from "./dedupe.ts";
import { sendOutbox } from "./sendOutbox.ts";
import { packIntent, unpackIntent } from "./storedIntent.ts";
import { intents } from "./testing/anyIntent.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

describe("packIntent", () => {
  it("comes back as it was, in fewer bytes than its JSON", () => {
    const signatures = fc.array(fc.uint8Array({ minLength: 65, maxLength: 65 }), { maxLength: 3 });
    fc.assert(
      fc.property(intents, signatures, (intent, given) => {
        const signed = { intent, signatures: given };
        const packed = packIntent(signed);
        expect(unpackIntent({ signed: packed, intent: null })).toEqual(signed);
        const json = { intent, signatures: given.map((bytes) => toHex(bytes)) };
        expect(packed.length).toBeLessThan(JSON.stringify(json).length);
      }),
    );
  });
});

it("is sent from a row that was stored as JSON before rows were packed", async () => {
  const node = await testNode(startLedger(), "north");
  const { intent, signatures } = batchIntent(node, 1);
  const json = JSON.stringify({ intent, signatures: signatures.map((bytes) => toHex(bytes)) });
  await node.db.query(
    "insert into outbox (priority, dedupe, type, intent) values (1, $1, $2, $3::text::jsonb)",
    [dedupeOf(intent), intent.type, json],
  );
  expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });
});
