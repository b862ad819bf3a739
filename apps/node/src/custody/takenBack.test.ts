import { sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { RequestedRecord } from "@anamnesis/core/release/releaseRequest";
import { kindCommitment } from "@anamnesis/core/segment/kind";
import { ownerKeyOf, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { type Permit, permitTypedData } from "@anamnesis/core/segment/permit";
import { nextOwnerDigest } from "@anamnesis/core/segment/segmentId";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { genesisMember, testKeys, type TestNode } from "../indexer/testing/testNode.ts";
import { CustodyWorld, opened, type TestActor } from "../testing/custodyWorld.ts";
import { itemOf, type Sealed, written } from "../testing/sealedRecords.ts";
import { release } from "./release.ts";

let world: CustodyWorld;
let node: TestNode;
let doctor: TestActor;
let sealed: Sealed;
let item: RequestedRecord;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
  doctor = await world.actor("doctor", "practitioner");
  sealed = await written(world, node);
  item = await itemOf(node, sealed, world.segment);
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

type Asker = Parameters<CustodyWorld["request"]>;

/** What the newest receipt says became of the record. */
async function outcome(parts: Omit<Asker[0], "records">, signer: Uint8Array): Promise<string | undefined> {
  const answer = await release(
    node,
    world.services(),
    await world.request({ records: [item], ...parts }, signer),
  );
  const given = (await opened(answer)).body.shares[0] !== null;
  const said = (await world.receipts(node)).at(-1)?.records[0]?.outcome;
  expect(said === "released").toBe(given);
  return said;
}

const byDoctor = async (): Promise<string | undefined> => {
  const { consent } = await world.consent(doctor);
  return outcome({ requester: doctor.requester, consent }, doctor.secret);
};
const byOwner = (): Promise<string | undefined> => outcome({}, world.segment.owner.secret);

async function submit(
  intent: Intent,
  ...signers: readonly ((digest: Uint8Array) => Uint8Array)[]
): Promise<void> {
  const digest = intentDigest(TEST_IDENTITY, intent);
  const { outcomes } = await world.ledger
    .connect()
    .submit([{ intent, signatures: signers.map((signer) => signer(digest)) }]);
  expect(outcomes).toEqual([{ status: "applied" }]);
  await world.follow();
}

const memberSigns = (name: string) => (digest: Uint8Array) => testKeys(name).signDigest(digest);

describe("what the ledger says of a record", () => {
  const inclusion = async () => {
    const { sequence, index, path } = item.anchor;
    const batch = await node.copy.batch(node.organisation, sequence);
    if (batch === null) throw new TypeError("not anchored");
    const { root, count, manifest } = batch;
    return { sequence, root, count, manifest, index, path: path.map((hash) => toHex(hash)) };
  };
  const named = () => ({ organisation: node.organisation, record: sealed.record });

  it("erased: opens for nobody, its owner neither", async () => {
    expect(await byDoctor()).toBe("released");
    const custodians = ["north", "south"].map((name) => genesisMember(name).organisation);
    await submit(
      { type: "EraseRecord", record: sealed.record, shown: { custodians } },
      memberSigns("north"),
      memberSigns("south"),
    );
    expect(await byDoctor()).toBe("erased");
    expect(await byOwner()).toBe("erased");
  });

  it("amended: still opens; retracted: opens for its owner alone, whatever it was before", async () => {
    const shown = { label: sealed.label, inclusion: await inclusion() };
    const successor = toHex(new Uint8Array(32).fill(7));
    await submit({ type: "AmendRecord", ...named(), successor, shown }, memberSigns("north"));
    expect(await byDoctor()).toBe("released");
    await submit({ type: "RetractRecord", ...named(), shown }, memberSigns("north"));
    expect(await byDoctor()).toBe("retracted");
    expect(await byOwner()).toBe("released");
  });
});

describe("a segment whose owner was rotated on the ledger", () => {
  it("opens for the new owner and whom it grants, and for nobody by the old owner's word", async () => {
    const { segment } = world;
    const seed = seededRandom("patient/alice")(32);
    const [next, later] = [1, 2].map((generation) => ownerKeyOf(rootOfSeed(seed, generation), "general"));
    if (next === undefined || later === undefined) throw new TypeError("no keys");
    const { owner, nextOwner, kind, kindSalt } = segment.opening;
    const before = (await world.consent(doctor)).consent;
    await submit(
      {
        type: "RotateOwner",
        segment: segment.id,
        generation: 1,
        newOwner: next.address,
        newNextOwner: nextOwnerDigest(later.publicKey),
        shown: {
          publicKey: toHex(next.publicKey),
          opening: { owner, nextOwner, kind: kindCommitment(kind, kindSalt) },
        },
      },
      (digest) => sign(digest, next.secret),
    );
    const { requester } = doctor;
    // Somebody who has the old owner's key: its requests, its consents of before and new ones.
    expect(await byOwner()).toBe("not-owner");
    expect(await outcome({ requester, consent: before }, doctor.secret)).toBe("not-owner");
    expect(await byDoctor()).toBe("not-owner");
    // The new owner signs the permits again, which headers name without their signature.
    expect(await outcome({}, next.secret)).toBe("no-permit");
    const { body } = world.permit();
    const permit: Permit = {
      body,
      signature: sign(typedDataDigest(permitTypedData(TEST_IDENTITY, body)), next.secret),
    };
    expect(await outcome({ permits: [permit] }, next.secret)).toBe("released");
    world.segment = { ...segment, owner: next };
    const { consent } = await world.consent(doctor);
    expect(await outcome({ requester, consent, permits: [permit] }, doctor.secret)).toBe("released");
  });
});
