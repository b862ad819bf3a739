import type { NodeStatus } from "@anamnesis/api/routes/nodeStatus";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import { nodeFindings } from "./nodeFindings.ts";

const now = 1_760_000_000 as UnixSeconds;
const GIB = 1024 ** 3;
const custodian = (name: string, answers = true) => ({
  organisation: `0x${name.repeat(64)}` as OrganisationId,
  name,
  answers,
});
const WELL: NodeStatus = {
  now,
  version: "0.1.0",
  head: { number: 9, time: now, confirmedAt: now },
  custodians: [custodian("1"), custodian("2"), custodian("3")],
  threshold: 2,
  anchors: { last: { sequence: 1, time: now, records: 4 }, waiting: 3 },
  outbox: [{ type: "AnchorBatch", pending: 1, attempts: 2, refused: 0 }],
  storage: { database: 1, blobs: null, disk: { free: 50 * GIB, size: 100 * GIB } },
  log: { size: 4, signed: 4, anchored: 4, cosigned: { size: 4, count: 1, wanted: 1 } },
};

describe("what of a node's figures needs somebody", () => {
  it("is nothing while work is on its way", () => {
    expect(nodeFindings(WELL)).toEqual([]);
  });

  it.each([
    ["disk-low", { storage: { ...WELL.storage, disk: { free: 9 * GIB, size: 100 * GIB } } }],
    ["disk-low", { storage: { ...WELL.storage, disk: { free: GIB - 1, size: 2 * GIB } } }],
    ["ledger-missing", { head: null }],
    ["ledger-stale", { head: { number: 9, time: now, confirmedAt: (now - 121) as UnixSeconds } }],
    ["too-few-custodians", { custodians: [custodian("1"), custodian("2", false), custodian("3", false)] }],
    ["no-committee", { threshold: null, custodians: [] }],
    ["custodian-silent", { custodians: [custodian("1"), custodian("2"), custodian("3", false)] }],
    ["refused", { outbox: [{ type: "SetActor", pending: 0, attempts: 0, refused: 1 }] }],
    ["stuck", { outbox: [{ type: "AnchorBatch", pending: 1, attempts: 10, refused: 0 }] }],
    ["not-cosigned", { log: { ...WELL.log, cosigned: { size: 4, count: 0, wanted: 1 } } }],
  ] as const)("is %s", (finding, change) => {
    expect(nodeFindings({ ...WELL, ...change })).toEqual([finding]);
  });

  it("is not what the members decided otherwise, nor a disk of which nothing is known", () => {
    const outbox = [{ type: "Vote", pending: 0, attempts: 0, refused: 2 }];
    expect(nodeFindings({ ...WELL, outbox, storage: { ...WELL.storage, disk: null } })).toEqual([]);
  });
});
