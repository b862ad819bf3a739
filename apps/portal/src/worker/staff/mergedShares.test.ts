import { describe, expect, it } from "vitest";
import { mergedShares, type Signing } from "./mergedShares.ts";

type Part = Signing["shares"][number];

function part(consent: string, segment: string, change: Partial<Part> = {}): Part {
  return {
    consent,
    segment,
    kind: "general",
    resourceTypes: ["Patient"],
    purposes: ["TREAT"],
    dataFrom: null,
    dataTo: null,
    exceptions: [],
    notAfter: 10,
    ...change,
  };
}

function signing(shares: readonly Part[], change: Partial<Signing> = {}): Signing {
  return { shares, anchor: shares[0]?.segment ?? "", owner: "rosa", stands: true, ...change };
}

describe("shares of one patient", () => {
  it("are one row with all consents, the one that opens the name first, each with its own end", () => {
    const [row, ...others] = mergedShares([
      signing([part("a", "rosa general", { resourceTypes: ["Observation"] })]),
      signing([
        part("b", "rosa general", { notAfter: 20 }),
        part("c", "rosa mind", { kind: "mental-health" }),
      ]),
    ]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ id: "b", consents: ["a", "b", "c"], ended: [], also: [] });
    expect(row?.shares.map(({ notAfter }) => notAfter)).toEqual([10, 20, 10]);
    // The id of a segment stays in the worker.
    expect(JSON.stringify(row)).not.toContain("rosa");
  });

  it("are two rows that name each other, when they are for different purposes", () => {
    const rows = mergedShares([
      signing([part("a", "rosa general")]),
      signing([part("b", "rosa general", { purposes: ["HRESCH"] })]),
    ]);
    expect(rows.map(({ id, also }) => [id, also])).toEqual([
      ["a", ["b"]],
      ["b", ["a"]],
    ]);
  });

  it("are two rows, when only a sensitive area is the same: whose the rest is, that does not say", () => {
    const mind = (consent: string) => part(consent, "rosa mind", { kind: "mental-health" });
    const rows = mergedShares([signing([part("a", "rosa general"), mind("b")]), signing([mind("c")])]);
    expect(rows.map(({ consents, also }) => [consents, also])).toEqual([
      [["a", "b"], ["c"]],
      [["c"], ["a"]],
    ]);
  });

  it("are two rows, when the card of one names another owner: whoever knows a segment can name it", () => {
    const rows = mergedShares([
      signing([part("a", "rosa general")]),
      signing([part("b", "rosa general", { resourceTypes: ["*"] })], { owner: "somebody" }),
    ]);
    expect(rows.map(({ consents, also }) => [consents, also])).toEqual([
      [["a"], ["b"]],
      [["b"], ["a"]],
    ]);
  });

  it("of two patients are never one row", () => {
    const rows = mergedShares([signing([part("a", "rosa general")]), signing([part("b", "anto general")])]);
    expect(rows.map(({ consents, also }) => [consents, also])).toEqual([
      [["a"], []],
      [["b"], []],
    ]);
  });

  it("that ended lead to those that stand, and are no row of their own", () => {
    const over = signing([part("a", "rosa general")], { stands: false });
    expect(mergedShares([over])).toEqual([]);
    expect(mergedShares([over, signing([part("b", "rosa general")])])).toMatchObject([
      { id: "b", consents: ["b"], ended: ["a"] },
    ]);
  });
});
