import { describe, expect, it } from "vitest";
import type { Cosigning } from "../worker/protocol/cosign.ts";
import { standsOf } from "./standsOf.ts";

const A = "Laboratory A";
const B = "Hospital B";
const no = { organisation: B, person: "Dr. B", time: 1, reason: "unit" };
const one = (record: string, changes: Partial<Cosigning> = {}): Cosigning => ({
  record,
  state: "preliminary",
  needed: 2,
  signed: [A],
  missing: [B],
  declined: [],
  ...changes,
});
const final = (record: string) => one(record, { state: "final", signed: [A, B], missing: [] });

describe("how far the records of an entry have come", () => {
  it("is nothing where nobody has to sign", () => {
    expect(standsOf([])).toEqual([]);
  });

  it("is said once for those that have come equally far", () => {
    expect(standsOf([final("1"), final("2")])).toEqual([
      { state: "final", signed: [A, B], missing: [], declinedBy: [], records: ["1", "2"] },
    ]);
  });

  it("is never final for a value that waits because another one is, and what needs an eye comes first", () => {
    const stands = standsOf([
      final("1"),
      one("2"),
      one("3", { declined: [no, { ...no, time: 2 }] }),
      one("4", { state: "contradicted" }),
    ]);
    expect(stands.map(({ state, records }) => [state, records])).toEqual([
      ["contradicted", ["4"]],
      ["declined", ["3"]],
      ["preliminary", ["2"]],
      ["final", ["1"]],
    ]);
    expect(stands[1]?.declinedBy).toEqual([B]);
  });

  it("is final with enough signatures, whoever declined", () => {
    expect(standsOf([{ ...final("1"), declined: [no] }])).toMatchObject([{ state: "final" }]);
  });
});
