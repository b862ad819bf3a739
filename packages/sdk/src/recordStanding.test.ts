import type { BodyLabel, Hash32, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { successorOf } from "@anamnesis/core/record/amendment";
import { endorsementCommitment } from "@anamnesis/core/record/endorsement";
import { bodyLabel, type Header } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import type { LedgerEventBody } from "@anamnesis/core/ports/ledger";
import { formatExamples } from "@anamnesis/testkit/core/formatExamples";
import { organisationId } from "@anamnesis/testkit/core/world";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type LedgerView, readLedger } from "./ledgerView.ts";
import { endorsementText, findSuccessor, recordStanding } from "./recordStanding.ts";
import { FakeConsortium } from "./testing/fakeConsortium.ts";

const [north, south, west] = ["north", "south", "west"].map(organisationId) as [
  OrganisationId,
  OrganisationId,
  OrganisationId,
];
const opening = { threshold: 2, organisations: [north, south], salt: new Uint8Array(32).fill(1) };
let header: Header;
let record: RecordId;
let label: BodyLabel;

beforeAll(async () => {
  const example = (await formatExamples()).find(({ format }) => format.kind === "header")?.value as Header;
  const core = { ...example.body.core, organisation: north, endorsement: endorsementCommitment(opening) };
  header = { ...example, body: { ...example.body, core } };
  record = recordIdOf(header.body.U);
  label = bodyLabel(header.body);
});

async function ledgerWith(...events: readonly LedgerEventBody[]): Promise<LedgerView> {
  const world = await FakeConsortium.create();
  for (const event of events) world.record(event);
  return readLedger(world.ledger);
}

const named = (changes: Partial<Extract<LedgerEventBody, { type: "endorsers-named" }>> = {}) =>
  ({
    type: "endorsers-named",
    organisation: north,
    record,
    label,
    threshold: 2,
    endorsers: opening.organisations,
    ...changes,
  }) as const;
const endorsed = (
  endorser: OrganisationId,
  changes: Partial<Extract<LedgerEventBody, { type: "record-endorsed" }>> = {},
) =>
  ({ type: "record-endorsed", organisation: north, record, endorser, label, count: 1, ...changes }) as const;

async function said(...events: readonly LedgerEventBody[]): Promise<string> {
  const { endorsement } = recordStanding(await ledgerWith(...events), header, { endorsement: opening });
  return endorsement === null ? "none" : endorsementText(endorsement);
}

describe("the standing of a record that others have to co-sign", () => {
  it("counts the named organisations' signatures of this very header", async () => {
    expect(await said()).toBe("preliminary (0 of 2)");
    expect(await said(named())).toBe("preliminary (0 of 2)");
    expect(await said(named(), endorsed(north))).toBe("preliminary (1 of 2)");
    expect(await said(named(), endorsed(north), endorsed(north))).toBe("preliminary (1 of 2)");
    expect(await said(named(), endorsed(north), endorsed(south))).toBe("final");
    const other = `0x${"77".repeat(32)}` as BodyLabel;
    expect(await said(named(), endorsed(north), endorsed(south, { label: other }))).toBe(
      "preliminary (1 of 2)",
    );
    expect(await said(named(), endorsed(north), endorsed(west))).toBe("preliminary (1 of 2)");
    expect(await said(named(), endorsed(north), endorsed(south, { organisation: south }))).toBe(
      "preliminary (1 of 2)",
    );
  });

  it("is contradicted when the ledger names others, fewer, or another header than the one at hand", async () => {
    const other = `0x${"77".repeat(32)}` as BodyLabel;
    for (const changes of [
      { threshold: 1 },
      { endorsers: [north, west] },
      { endorsers: [south, north] },
      { endorsers: [north], threshold: 1 },
      { label: other },
    ]) {
      expect(await said(named(changes), endorsed(north), endorsed(south))).toBe("contradicted");
    }
  });

  it("says nothing of a header that asks for nobody's signature, whatever the ledger names", async () => {
    const plain = { ...header, body: { ...header.body, core: { ...header.body.core, endorsement: null } } };
    const view = await ledgerWith(named({ label: bodyLabel(plain.body) }), endorsed(north));
    expect(recordStanding(view, plain, { endorsement: null }).endorsement).toBeNull();
  });

  it("tells what it can while the wrap is closed", async () => {
    expect(recordStanding(await ledgerWith(), header).endorsement).toEqual({
      status: "preliminary",
      endorsed: [],
      needed: null,
    });
    const view = await ledgerWith(named(), endorsed(north), endorsed(south));
    expect(recordStanding(view, header).endorsement?.status).toBe("final");
  });

  it("is final for no set of signatures that has fewer than the threshold of the named", async () => {
    const signer = fc.constantFrom(north, south, west);
    await fc.assert(
      fc.asyncProperty(fc.array(signer, { maxLength: 6 }), async (signers) => {
        const text = await said(named(), ...signers.map((one) => endorsed(one)));
        expect(text === "final").toBe(signers.includes(north) && signers.includes(south));
      }),
      { numRuns: 25 },
    );
  });
});

describe("what became of a record", () => {
  it("is amended, taken back and erased by the ledger's word about this author's record", async () => {
    const successor: Hash32 = `0x${"12".repeat(32)}`;
    const own = { organisation: north, record } as const;
    const foreign = { organisation: south, record } as const;
    const live = recordStanding(
      await ledgerWith(
        { type: "record-amended", ...foreign, successor },
        { type: "record-retracted", ...foreign },
      ),
      header,
    );
    expect(live).toMatchObject({ amended: null, retracted: false, erased: false });
    const all = recordStanding(
      await ledgerWith(
        { type: "record-amended", ...own, successor },
        { type: "record-retracted", ...own },
        { type: "record-erased", record, custodians: [north, south] },
      ),
      header,
    );
    expect(all).toMatchObject({ amended: { successor }, retracted: true, erased: true });
  });

  it("names as successor only whose wrap opens the ledger's hash for this record", () => {
    const salt = new Uint8Array(32).fill(3);
    const [next, other] = [`0x${"aa".repeat(32)}` as RecordId, `0x${"bb".repeat(32)}` as RecordId];
    const amended = { successor: successorOf(salt, next) };
    const claims = (id: RecordId, amends: { record: RecordId; salt: Uint8Array } | null) =>
      ({ record: id, content: { amends } }) as const;
    expect(findSuccessor({ amended }, record, [claims(other, { record, salt })])).toBeNull();
    expect(findSuccessor({ amended }, record, [claims(next, { record: other, salt })])).toBeNull();
    expect(findSuccessor({ amended }, record, [claims(next, null)])).toBeNull();
    expect(findSuccessor({ amended: null }, record, [claims(next, { record, salt })])).toBeNull();
    expect(findSuccessor({ amended }, record, [claims(other, null), claims(next, { record, salt })])).toBe(
      next,
    );
  });
});
