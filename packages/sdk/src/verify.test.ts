import { describe, expect, it } from "vitest";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { loadConsortium } from "./consortium.ts";
import { readLedger } from "./ledgerView.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { random } from "./testing/random.ts";
import { verifyRecord } from "./verify.ts";

async function anchored() {
  const journey = await beginJourney();
  await journey.seal([resource("a"), resource("b"), resource("c")]);
  journey.world.anchor();
  const { world, consortium } = journey;
  const kept = world.node(1).records[1];
  if (kept === undefined || kept.anchor === null) throw new TypeError("not anchored");
  const ledger = await readLedger(world.ledger);
  return {
    world,
    ledger,
    kept,
    parameters: { consortium, header: kept.header, anchor: kept.anchor, ledger },
  };
}

describe("verifyRecord", () => {
  it("holds a header against the ledger's own word", async () => {
    const { parameters, kept, world } = await anchored();
    expect(verifyRecord(parameters)).toMatchObject({
      record: kept.record,
      organisation: world.member(0).organisation,
      sequence: 1,
      anchoredAt: world.time,
    });
  });

  it("refuses another root, another place, an unknown batch, author and committee, a changed header", async () => {
    const { parameters } = await anchored();
    const { anchor, consortium, header } = parameters;
    const refused = (
      change: Partial<typeof parameters> | { ledger: { root: `0x${string}` } },
      code: string,
      reason: string,
    ) =>
      expect(() => verifyRecord({ ...parameters, ...change })).toThrow(
        expect.objectContaining({ code, meta: { reason } }),
      );
    refused({ ledger: { root: toHex(random(32)) } }, "record-not-verified", "path");
    refused({ anchor: { ...anchor, index: 0 } }, "record-not-verified", "path");
    refused({ anchor: { ...anchor, sequence: 2 } }, "record-not-verified", "batch");
    refused({ consortium: { ...consortium, actors: new Map() } }, "record-not-verified", "author");
    const id = toHex<typeof consortium.committee.id>(random(32));
    refused(
      { consortium: { ...consortium, committee: { ...consortium.committee, id } } },
      "record-not-verified",
      "committee",
    );
    const body = { ...header.body, contentBytes: header.body.contentBytes + 1 };
    refused({ header: { ...header, body } }, "bad-header", "proof");
  });
});

describe("loadConsortium", () => {
  it("holds a node's directory against the ledger", async () => {
    const { world, ledger } = await anchored();
    const parameters = { runtime: world.runtime, endpoint: world.member(0).endpoint };
    const { committee } = await loadConsortium({ ...parameters, ledger });
    expect(committee.custodians.map((custodian) => custodian.name)).toEqual(["North", "South", "Lab"]);
    await expect(
      loadConsortium({ ...parameters, ledger: { ...ledger, actors: new Map() } }),
    ).rejects.toMatchObject({
      code: "directory-mismatch",
      meta: { what: "actor" },
    });
    await expect(
      loadConsortium({ ...parameters, ledger: { ...ledger, committee: null } }),
    ).rejects.toMatchObject({
      code: "directory-mismatch",
      meta: { what: "committee" },
    });
  });

  it("needs no other node than the one it asks", async () => {
    const { world } = await anchored();
    world.stop(1, 2);
    const { members } = await loadConsortium({ runtime: world.runtime, endpoint: world.member(0).endpoint });
    expect(members.size).toBe(3);
    world.stop(0);
    await expect(
      loadConsortium({ runtime: world.runtime, endpoint: world.member(0).endpoint }),
    ).rejects.toMatchObject({ code: "node-unreachable" });
  });
});
