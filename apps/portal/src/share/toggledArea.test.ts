import { describe, expect, it } from "vitest";
import { toggledArea } from "./toggledArea.ts";

describe("pressing a box", () => {
  it("chooses and takes back a kind", () => {
    const some = toggledArea({ areas: new Set(["medicines"]), everything: false }, "visits");
    expect(some).toEqual({ areas: new Set(["medicines", "visits"]), everything: false });
    expect(toggledArea(some, "medicines").areas).toEqual(new Set(["visits"]));
  });

  it("takes one kind from everything and adds none, not even the patient's own", () => {
    const all = { areas: new Set<never>(), everything: true };
    expect(toggledArea(all, "laboratory")).toEqual({
      areas: new Set(["medicines", "visits", "documents"]),
      everything: false,
    });
    expect(toggledArea({ ...all, areas: new Set(["own"]) }, "laboratory").areas).toEqual(
      new Set(["medicines", "visits", "documents", "own"]),
    );
  });

  it("adds the patient's own to everything, and leaves everything chosen", () => {
    const both = toggledArea({ areas: new Set(), everything: true }, "own");
    expect(both).toEqual({ areas: new Set(["own"]), everything: true });
    expect(toggledArea(both, "own")).toEqual({ areas: new Set(), everything: true });
    expect(toggledArea(both, "everything")).toEqual({ areas: new Set(["own"]), everything: false });
  });
});
