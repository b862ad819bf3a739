import { revocation } from "@anamnesis/core/consent/revocation";
import { beforeAll, expect, it } from "vitest";
import { followLedger } from "../indexer/followLedger.ts";
import { consentOf, outboxOf, startLedger } from "../indexer/testing/ledgerFixture.ts";
import { testNode, type TestNode } from "../indexer/testing/testNode.ts";
import { addressOf, publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { enqueueStoredRevocations } from "./enqueueStoredRevocations.ts";
import { sendOutbox } from "./sendOutbox.ts";

const ledger = startLedger();
const consent = consentOf(ledger, "a");
let node: TestNode;

beforeAll(async () => {
  node = await testNode(ledger, "north");
  const stored = revocation.encode({
    commitment: toHex(bytesOf("commitment a")),
    revoker: addressOf(publicKeyOf(bytesOf("revoker a"))),
    signature: consent.revoke.signatures[0] as Uint8Array,
  });
  await node.db.query("insert into sticky_revocations (consent, stored_at, revocation) values ($1, 1, $2)", [
    consent.id,
    stored,
  ]);
});

it("keeps a revocation back until its consent stands on the ledger, then sends it once", async () => {
  await followLedger(node, node.copy);
  expect(await enqueueStoredRevocations(node)).toBe(0);
  expect(await outboxOf(node.db)).toEqual([]);

  await ledger.connect().submit([consent.register]);
  await followLedger(node, node.copy);
  expect(await enqueueStoredRevocations(node)).toBe(1);
  expect(await enqueueStoredRevocations(node)).toBe(0);
  expect(await sendOutbox(node)).toEqual({ taken: 1, done: 1, refused: 0 });

  await followLedger(node, node.copy);
  expect((await node.copy.consent(consent.id)).status).toBe("revoked");
  expect(await enqueueStoredRevocations(node)).toBe(0);
});
