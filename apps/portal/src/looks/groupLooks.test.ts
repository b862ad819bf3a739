import { describe, expect, it } from "vitest";
import type { Look } from "../worker/protocol.ts";
import { groupLooks } from "./groupLooks.ts";

const ADA = { name: "Dr Ada", role: "practitioner", organisation: "South" };

function look(change: Partial<Look>): Look {
  return {
    request: `${change.when ?? 0} ${change.kind ?? ""}`,
    kind: "general",
    when: 0,
    who: ADA,
    purpose: "TREAT",
    basis: "consent",
    consent: null,
    released: ["r"],
    refused: [],
    custodians: [],
    ...change,
  };
}

describe("visits to one's records", () => {
  it("gather the requests of one asker within minutes, and count what was opened", () => {
    const groups = groupLooks([
      look({ when: 1100 }),
      look({ when: 1000, kind: "genetic", released: ["a", "b"] }),
    ]);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ when: 1100, opened: 3 });
    expect(groups[0]?.requests).toHaveLength(2);
  });

  it("are apart by time, asker, reason and outcome", () => {
    const groups = groupLooks([
      look({ when: 9000 }),
      look({ when: 8990, who: { ...ADA, name: "Dr Bela" } }),
      look({ when: 8980, purpose: "HRESCH" }),
      look({ when: 8970, released: [], refused: [{ record: "r", code: "revoked" }], basis: "none" }),
      look({ when: 1000 }),
    ]);
    expect(groups.map(({ when, opened, refused }) => [when, opened, refused])).toEqual([
      [9000, 1, 0],
      [8990, 1, 0],
      [8980, 1, 0],
      [8970, 0, 1],
      [1000, 1, 0],
    ]);
  });

  it("lose no request", () => {
    const all = Array.from({ length: 50 }, (_, i) =>
      look({ when: 50_000 - i * 97, kind: i % 2 ? "general" : "violence" }),
    );
    const groups = groupLooks(all);
    expect(groups.flatMap(({ requests }) => requests)).toHaveLength(all.length);
    expect(groups.reduce((sum, { opened }) => sum + opened, 0)).toBe(all.length);
  });
});
