import { describe, expect, it } from "vitest";
import { recordsOf } from "../timeline/useTimeline.ts";
import { testItem } from "../testing/testItem.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { ENGLISH } from "./testing/locale.ts";
import { LABORATORY, loinc } from "./testing/resources.ts";
import { timelineOf } from "./timelineOf.ts";

type Change = Partial<Omit<OpenedItem, "resource">>;
type Part = Readonly<Record<string, unknown>>;

const ID = "6f1e2a30-8a5e-4c39-9b7d-0d3f1f5a2b11";
const OTHER = "0b8d1c52-3c8e-4f0e-8f5c-5e1d7a9b6c22";
const RECORD = `0x${"ab".repeat(32)}`;
const SAYS = "North says it was ordered by Dr Bell.";

function order(more: Part = {}, change: Change = {}): OpenedItem {
  const resource = {
    resourceType: "ServiceRequest",
    id: ID,
    status: "active",
    intent: "order",
    requester: { display: "Dr Bell" },
    ...more,
  };
  return testItem({ record: RECORD, resource, ...change });
}

/** What the entry of a laboratory's report says, with the orders that were opened. */
function said(basedOn: unknown, orders: readonly OpenedItem[], change: Change = {}) {
  const report = {
    resourceType: "DiagnosticReport",
    id: "report",
    status: "final",
    category: LABORATORY,
    code: loinc("58410-2"),
    effectiveDateTime: "2026-11-05",
    performer: [{ type: "Practitioner", display: "Dr Lab" }],
    basedOn,
  };
  const items = [
    testItem({
      record: "lab",
      organisation: "lab",
      organisationName: "The laboratory",
      resource: report,
      ...change,
    }),
    ...orders,
  ];
  const entry = timelineOf(recordsOf(items), meaningEn, ENGLISH).find(({ records }) =>
    records.includes("lab"),
  );
  return { who: entry?.who, ordered: /\S+ says it was ordered by [^.]*\./.exec(entry?.sentence ?? "")?.[0] };
}

const BY = { who: "Dr Lab", ordered: SAYS };
const UNSAID = { who: "Dr Lab", ordered: undefined };

describe("a laboratory's result", () => {
  it.each([
    ["the id of its entry", { reference: `urn:uuid:${ID}` }],
    ["its UUID", { reference: `ServiceRequest/${ID}` }],
    ["its address", { reference: `https://north.example/fhir/ServiceRequest/${ID}/_history/2` }],
    ["its record", { identifier: { system: "urn:anamnesis:record", value: RECORD } }],
    ["its record's address", { reference: `urn:anamnesis:record:${RECORD}` }],
    ["an identifier", { identifier: { system: "urn:north:orders", value: "4711" } }],
  ])("has another organisation's word about who ordered it, by %s", (_, reference) => {
    const orders = [order({ identifier: [{ system: "urn:north:orders", value: "4711" }] })];
    expect(said(reference, orders)).toEqual(BY);
    expect(said([reference], orders)).toEqual(BY);
  });

  it("is based on an order also where it names a version before, or names it in two ways", () => {
    const newer = order(
      { id: OTHER, requester: { display: "Dr Amend" } },
      { record: "newer", amends: RECORD },
    );
    expect(said({ reference: `urn:uuid:${ID}` }, [order(), newer]).ordered).toBe(
      "North says it was ordered by Dr Amend.",
    );
    const twice = {
      reference: `urn:uuid:${ID}`,
      identifier: { system: "urn:anamnesis:record", value: RECORD },
    };
    expect(said([twice, { reference: `ServiceRequest/${ID}` }], [order()])).toEqual(BY);
  });

  it("says nothing where two orders have the name, or it names two orders", () => {
    const copy = order({ requester: { display: "Dr False" } }, { record: "c", organisation: "south" });
    const reference = { reference: `urn:uuid:${ID}` };
    expect(said(reference, [order(), copy])).toEqual(UNSAID);
    expect(said(reference, [copy, order()])).toEqual(UNSAID);
    const second = order({ id: OTHER }, { record: "second" });
    expect(said([reference, { reference: `urn:uuid:${OTHER}` }], [order(), second])).toEqual(UNSAID);
  });

  it("says whose word it is, whoever the order names: nobody passes an order off as another's", () => {
    const copy = order({}, { organisation: "south", organisationName: "South" });
    expect(said({ reference: `urn:uuid:${ID}` }, [copy])).toEqual({
      who: "Dr Lab",
      ordered: "South says it was ordered by Dr Bell.",
    });
  });

  it("takes no name that others give by chance, no other type, and no record's id from a resource", () => {
    expect(said({ reference: "ServiceRequest/1" }, [order({ id: "1" })])).toEqual(UNSAID);
    expect(said({ reference: `Procedure/${ID}` }, [order()])).toEqual(UNSAID);
    expect(said({ reference: `MedicationRequest/${ID}` }, [order()])).toEqual(UNSAID);
    const false_ = order(
      { identifier: [{ system: "urn:anamnesis:record", value: RECORD }] },
      { record: "f" },
    );
    expect(said({ identifier: { system: "urn:anamnesis:record", value: RECORD } }, [false_])).toEqual(UNSAID);
    const nowhere = { identifier: { value: "4711" } };
    expect(said(nowhere, [order({ identifier: [{ value: "4711" }] })])).toEqual(UNSAID);
  });

  it("says nothing of an order of a sensitive area elsewhere, of the patient's own, or entered in error", () => {
    const reference = { reference: `urn:uuid:${ID}` };
    expect(said(reference, [order({}, { kind: "mental-health" })])).toEqual(UNSAID);
    const same = { kind: "mental-health" } as const;
    expect(said(reference, [order({}, same)], same)).toEqual(BY);
    expect(said(reference, [order({}, { byOwner: true })])).toEqual(UNSAID);
    expect(said(reference, [order({ status: "entered-in-error" })])).toEqual(UNSAID);
  });

  it("names who ordered it, not who was to do it, and says nothing where the order names nobody, or the patient", () => {
    const reference = { reference: `urn:uuid:${ID}` };
    expect(said(reference, [order({ performer: [{ display: "Dr Other" }] })])).toEqual(BY);
    const nobody = { performer: [{ display: "Dr Other" }], requester: undefined };
    expect(said(reference, [order(nobody)])).toEqual(UNSAID);
    expect(said(reference, [order({ requester: { reference: "Patient/1" } })])).toEqual(UNSAID);
  });

  it("names who ordered it as its own word where the order is of the same author", () => {
    const own = order({}, { organisation: "lab", organisationName: "The laboratory" });
    expect(said({ reference: `urn:uuid:${ID}` }, [own])).toEqual({ who: "Dr Bell", ordered: undefined });
  });
});
