import { leafHash, MerkleTree } from "@anamnesis/core/audit/merkleTree";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type {
  BodyLabel,
  CommitteeKeyId,
  Digest,
  Hash32,
  OrganisationId,
  RecordId,
} from "@anamnesis/core/ids";
import type { Inclusion, Intent } from "@anamnesis/core/ledger/intents";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { expect, test } from "vitest";
import { named, organisationNamed } from "./cast.ts";
import { ALREADY, APPLIED, type LedgerTest, refused } from "./ledgerTest.ts";

type IntentOf<T extends Intent["type"]> = Extract<Intent, { type: T }>;

const north = organisationNamed("north");
const south = organisationNamed("south");
const laboratory = organisationNamed("laboratory");
const stranger = organisationNamed("stranger");
const RECORDS = 3;
const record = (i: number): RecordId => named<RecordId>(`record ${i}`);
const label = (i: number): BodyLabel => named<BodyLabel>(`label ${i}`);

const tree = new MerkleTree();
for (let i = 0; i < RECORDS; i++) {
  tree.append(leafHash(encodeLeaf({ record: record(i), label: label(i), organisation: laboratory.id })));
}
const batch: IntentOf<"AnchorBatch"> = {
  type: "AnchorBatch",
  organisation: laboratory.id,
  sequence: 1,
  root: toHex(tree.root()),
  count: RECORDS,
  manifest: named<Digest>("manifest"),
};

function inclusion(index: number): Inclusion {
  const { sequence, root, count, manifest } = batch;
  return {
    sequence,
    root,
    count,
    manifest,
    index,
    path: tree.inclusionPath(index).map((hash) => toHex(hash)),
  };
}

function amendment(i: number, change: Partial<IntentOf<"AmendRecord">> = {}): IntentOf<"AmendRecord"> {
  return {
    type: "AmendRecord",
    organisation: laboratory.id,
    record: record(i),
    successor: named<Hash32>(`successor ${i}`),
    shown: { label: label(i), inclusion: inclusion(i) },
    ...change,
  };
}

function retraction(i: number, change: Partial<IntentOf<"RetractRecord">> = {}): IntentOf<"RetractRecord"> {
  return {
    type: "RetractRecord",
    organisation: laboratory.id,
    record: record(i),
    shown: { label: label(i), inclusion: inclusion(i) },
    ...change,
  };
}

const ENDORSERS: readonly OrganisationId[] = [laboratory.id, north.id, south.id];

function naming(i: number, change: Partial<IntentOf<"NameEndorsers">> = {}): IntentOf<"NameEndorsers"> {
  return {
    type: "NameEndorsers",
    organisation: laboratory.id,
    record: record(i),
    label: label(i),
    threshold: 2,
    endorsers: ENDORSERS,
    shown: { inclusion: inclusion(i) },
    ...change,
  };
}

function endorsement(
  i: number,
  endorser: OrganisationId,
  change: Partial<IntentOf<"EndorseRecord">> = {},
): IntentOf<"EndorseRecord"> {
  return {
    type: "EndorseRecord",
    endorser,
    organisation: laboratory.id,
    record: record(i),
    label: label(i),
    shown: { endorsers: ENDORSERS },
    ...change,
  };
}

function erasure(...custodians: readonly OrganisationId[]): IntentOf<"EraseRecord"> {
  return { type: "EraseRecord", record: record(0), shown: { custodians } };
}

/** An event's body: the intent's signed fields under another name. */
function eventOf(type: string, intent: Intent): unknown {
  const { type: _, shown: _shown, ...fields } = intent as Intent & { shown?: unknown };
  return { type, ...fields };
}

/** What becomes of records after they were anchored. */
export function describeRecords(ledger: () => LedgerTest): void {
  test("AmendRecord and RetractRecord, by who anchored the record", async () => {
    const { sign, submit, events } = ledger();
    expect(await submit(sign(amendment(0), laboratory), sign(retraction(0), laboratory))).toEqual([
      refused("unknown-batch"),
      refused("unknown-batch"),
    ]);
    expect(await submit(sign(batch, laboratory))).toEqual([APPLIED]);
    const another = { label: label(1), inclusion: inclusion(0) };
    expect(
      await submit(
        sign(amendment(0, { organisation: stranger.id }), stranger),
        sign(amendment(0, { successor: `0x${"0".repeat(64)}` }), laboratory),
        sign(amendment(0, { organisation: north.id }), north),
        sign(
          amendment(0, { shown: { label: label(0), inclusion: { ...inclusion(0), count: 4 } } }),
          laboratory,
        ),
        sign(amendment(0, { shown: another }), laboratory),
        sign(
          amendment(0, { shown: { label: label(0), inclusion: { ...inclusion(0), index: 1 } } }),
          laboratory,
        ),
        sign(
          amendment(0, { shown: { label: label(0), inclusion: { ...inclusion(0), path: [] } } }),
          laboratory,
        ),
        sign(amendment(0), north),
        sign(retraction(0, { shown: another }), laboratory),
        sign(retraction(0), north),
      ),
    ).toEqual([
      refused("unknown-member"),
      refused("empty-successor"),
      refused("unknown-batch"),
      refused("unknown-batch"),
      refused("not-included"),
      refused("not-included"),
      refused("not-included"),
      refused("bad-signature"),
      refused("not-included"),
      refused("bad-signature"),
    ]);
    const amended = sign(amendment(0), laboratory);
    const retracted = sign(retraction(0), laboratory);
    expect(await submit(amended, amended, retracted, retracted, amended)).toEqual([
      APPLIED,
      ALREADY,
      APPLIED,
      ALREADY,
      ALREADY,
    ]);
    expect(
      await submit(
        sign(amendment(0, { successor: named<Hash32>("another") }), laboratory),
        sign(retraction(1), laboratory),
        sign(amendment(1), laboratory),
      ),
    ).toEqual([refused("amend-conflict"), APPLIED, refused("record-retracted")]);
    expect(await events()).toEqual([
      eventOf("batch-anchored", batch),
      eventOf("record-amended", amendment(0)),
      eventOf("record-retracted", retraction(0)),
      eventOf("record-retracted", retraction(1)),
    ]);
  });

  test("NameEndorsers and EndorseRecord: a record is final with as many as were named", async () => {
    const { sign, submit, events } = ledger();
    await submit(sign(batch, laboratory));
    const many = Array.from({ length: 17 }, (_, i) => named<OrganisationId>(`endorser ${i}`));
    expect(
      await submit(
        sign(endorsement(0, north.id), north),
        sign(naming(0, { threshold: 0 }), laboratory),
        sign(naming(0, { threshold: 4 }), laboratory),
        sign(naming(0, { endorsers: many }), laboratory),
        sign(naming(0, { endorsers: [north.id, north.id] }), laboratory),
        sign(naming(0, { label: label(1) }), laboratory),
        sign(naming(0), north),
        sign(naming(0, { organisation: stranger.id }), stranger),
      ),
    ).toEqual([
      refused("no-endorsers"),
      refused("bad-endorsement"),
      refused("bad-endorsement"),
      refused("bad-endorsement"),
      refused("duplicate-member"),
      refused("not-included"),
      refused("bad-signature"),
      refused("unknown-member"),
    ]);
    const named0 = sign(naming(0), laboratory);
    expect(await submit(named0, named0, sign(naming(0, { threshold: 1 }), laboratory))).toEqual([
      APPLIED,
      ALREADY,
      refused("endorsers-conflict"),
    ]);
    const byNorth = sign(endorsement(0, north.id), north);
    expect(
      await submit(
        sign(endorsement(0, stranger.id), stranger),
        sign(endorsement(0, north.id), south),
        sign(endorsement(0, north.id, { label: label(1) }), north),
        sign(endorsement(0, north.id, { shown: { endorsers: [north.id] } }), north),
        byNorth,
        byNorth,
        sign(endorsement(0, laboratory.id), laboratory),
        sign(endorsement(0, south.id), south),
      ),
    ).toEqual([
      refused("unknown-member"),
      refused("bad-signature"),
      refused("endorsers-conflict"),
      refused("endorsers-conflict"),
      APPLIED,
      ALREADY,
      APPLIED,
      APPLIED,
    ]);
    const twoOnly = [laboratory.id, north.id];
    expect(
      await submit(
        sign(naming(1, { endorsers: twoOnly }), laboratory),
        sign(endorsement(1, south.id, { shown: { endorsers: twoOnly } }), south),
        sign(retraction(1), laboratory),
        sign(endorsement(1, north.id, { shown: { endorsers: twoOnly } }), north),
        sign(retraction(2), laboratory),
        sign(naming(2), laboratory),
      ),
    ).toEqual([
      APPLIED,
      refused("not-endorser"),
      APPLIED,
      refused("record-retracted"),
      APPLIED,
      refused("record-retracted"),
    ]);
    const endorsed = (endorser: OrganisationId, count: number): unknown => {
      const fields = { organisation: laboratory.id, record: record(0), label: label(0) };
      return { type: "record-endorsed", ...fields, endorser, count };
    };
    expect(await events()).toEqual([
      eventOf("batch-anchored", batch),
      eventOf("endorsers-named", naming(0)),
      endorsed(north.id, 1),
      endorsed(laboratory.id, 2),
      { type: "record-final", organisation: laboratory.id, record: record(0), label: label(0) },
      endorsed(south.id, 3),
      eventOf("endorsers-named", naming(1, { endorsers: twoOnly })),
      eventOf("record-retracted", retraction(1)),
      eventOf("record-retracted", retraction(2)),
    ]);
  });

  test("EraseRecord, by as many custodians as open a record", async () => {
    const { sign, submit, events } = ledger();
    const both = sign(erasure(north.id, south.id), north, south);
    expect(await submit(both)).toEqual([refused("no-committee")]);
    const committee: Intent = {
      type: "AdoptCommittee",
      committee: named<CommitteeKeyId>("committee"),
      certificate: named<Digest>("certificate"),
      threshold: 2,
      shareEpoch: 0,
      members: [south.id, north.id],
    };
    expect(await submit(sign(committee, south, north))).toEqual([APPLIED]);
    expect(
      await submit(
        sign(erasure(north.id), north),
        sign(erasure(north.id, north.id), north, north),
        sign(erasure(north.id, laboratory.id), north, laboratory),
        sign(erasure(north.id, south.id), north, north),
        sign(erasure(north.id, south.id), north),
      ),
    ).toEqual([
      refused("too-few-approvals"),
      refused("duplicate-member"),
      refused("not-custodian"),
      refused("bad-signature"),
      refused("malformed-intent"),
    ]);
    const turned = sign(erasure(south.id, north.id), south, north);
    expect(await submit(both, both, turned)).toEqual([APPLIED, ALREADY, ALREADY]);
    expect((await events()).at(-1)).toEqual({
      type: "record-erased",
      record: record(0),
      custodians: [north.id, south.id],
    });
  });
}
