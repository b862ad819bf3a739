import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { receiptIndexes, receiptStatement } from "@anamnesis/core/audit/receiptStatement";
import { parseCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { leafHash, verifyConsistency, verifyInclusion } from "@anamnesis/core/audit/merkleTree";
import { openReceipt } from "@anamnesis/core/audit/receiptEntry";
import { ed25519Verify } from "@anamnesis/core/crypto/ed25519";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { addressOf, publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { receiptKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { testSegment } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestWindow } from "../access/requestWindow.ts";
import { anchorLogHead } from "../anchor/anchorLogHead.ts";
import { release } from "../custody/release.ts";
import { revoke } from "../custody/revoke.ts";
import { segmentTag } from "../custody/segmentTag.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { itemOf, written } from "../testing/sealedRecords.ts";
import { listReceipts } from "./listReceipts.ts";
import { atOnce } from "../testing/atOnce.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
});

const window = (): RequestWindow => new RequestWindow(-1);

/** Entries of a stranger's segment, so that a list has gaps. */
async function strangers(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const tag = segmentTag(node.keys.tagSecret, (await testSegment("bob", "general")).id);
    await node.receipts.append({ commitment: bytesOf(`bob ${i}`), sealed: bytesOf(`sealed ${i}`), tag });
  }
}

describe("listReceipts", () => {
  it("gives the owner its entries with proofs, a signed head, and the signed word that these are all", async () => {
    const sealed = await written(world, node);
    const read = async (): Promise<void> => {
      const records = [await itemOf(node, sealed, world.segment)];
      await release(node, world.services(), await world.request({ records }, world.segment.owner.secret));
    };
    await read();
    await strangers(2);
    expect(await anchorLogHead(node)).toBe(3);
    await sendOutbox(node);
    await world.follow();
    await read();
    await strangers(1);

    const page = await listReceipts(node, atOnce(window()), world.access("receipts"));
    expect(page.entries.map((entry) => entry.index)).toEqual([0, 3]);
    const checkpoint = parseCheckpoint(page.checkpoint);
    expect(checkpoint).toMatchObject({ origin: logOrigin(node.organisation), size: 5 });
    for (const { index, commitment, sealed: bytes, path } of page.entries) {
      const { size, root } = checkpoint;
      expect(verifyInclusion({ leafHash: leafHash(commitment), index, size, path, root })).toBe(true);
      const seed = receiptKeySeed(world.segment.root, world.segment.id);
      const { entry } = await openReceipt(world.segment.id, commitment, bytes, seed);
      expect(entry).toMatchObject({ basis: "owner", custodian: node.organisation });
    }
    const { signature, ...said } = page.statement;
    expect(said).toEqual({ segment: world.segment.id, size: 5, count: 2, indexes: receiptIndexes([0, 3]) });
    const statement = receiptStatement.digest({ custodian: node.organisation, ...said });
    expect(ed25519Verify(fromHex(statement), signature, node.keys.card.ed25519)).toBe(true);
    const { anchored } = page;
    expect(anchored).toMatchObject({ size: 3, root: node.receipts.headAt(3).root });
    expect(
      verifyConsistency({
        from: 3,
        to: 5,
        fromRoot: fromHex(anchored?.root ?? "0x"),
        toRoot: checkpoint.root,
        path: anchored?.consistency ?? [],
      }),
    ).toBe(true);
    expect(page.next).toBeNull();
  });

  it("goes through a long log page by page", async () => {
    const tag = segmentTag(node.keys.tagSecret, world.segment.id);
    for (let i = 0; i < 300; i++) {
      await node.receipts.append({ commitment: bytesOf(`${i}`), sealed: bytesOf("sealed"), tag });
    }
    const first = await listReceipts(node, atOnce(window()), world.access("receipts"));
    expect(first).toMatchObject({ next: 256, statement: { count: 300 }, anchored: null });
    const rest = await listReceipts(
      node,
      atOnce(window()),
      world.access("receipts", { from: first.next ?? 0 }),
    );
    expect([...first.entries, ...rest.entries].map(({ index }) => index)).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
    expect(rest.next).toBeNull();
    const beyond = await listReceipts(node, atOnce(window()), world.access("receipts", { from: 1000 }));
    expect(beyond).toMatchObject({ entries: [], next: null });
  });

  it("is for the owner alone; everyone else finds nothing, as in a segment that is not there", async () => {
    const doctor = await world.actor("doctor", "practitioner");
    const { consent } = await world.consent(doctor);
    const ghost = await testSegment("ghost", "general");
    for (const request of [
      world.access("receipts", { requester: doctor.requester, consent }, doctor.secret),
      world.access("receipts", {}, doctor.secret),
      world.access("receipts", { opening: ghost.opening }, ghost.owner.secret),
    ]) {
      expect(await codeOf(listReceipts(node, atOnce(window()), request))).toBe("not-found");
    }
    expect(await codeOf(listReceipts(node, atOnce(window()), world.access("receipts")))).toBe("no error");
  });

  it("is for whom the owner lets read in its place too, until that is revoked, and for no other proxy", async () => {
    const secret = bytesOf("device");
    const proxy = addressOf(publicKeyOf(secret));
    const list = ({ delegation }: Pick<Awaited<ReturnType<typeof world.delegation>>, "delegation">) =>
      codeOf(
        listReceipts(
          node,
          atOnce(window()),
          world.access("receipts", { delegation, purpose: "PATRQT" }, secret),
        ),
      );
    const reads = await world.delegation(proxy, readingDelegation);
    expect(await list(reads)).toBe("no error");
    const decides = await world.delegation(proxy, (body) => ({ ...body, purposes: ["PATRQT"] }));
    expect(await list(decides)).toBe("not-found");
    await revoke(node, reads.revocation);
    expect(await list(reads)).toBe("not-found");
  });
});
