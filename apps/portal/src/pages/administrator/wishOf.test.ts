import { DEFAULT_PARAMETERS } from "@anamnesis/core/ledger/proposal";
import { describe, expect, it } from "vitest";
import type { OrganisationView } from "../../worker/protocol/administrator.ts";
import { type ProposeForm, wishOf } from "./wishOf.ts";

const members = ["active", "active", "active", "suspended"].map(
  (status) => ({ status }) as OrganisationView["members"][number],
);
const NOW = 1_000_000;
const wish = (form: Partial<ProposeForm> & Pick<ProposeForm, "type">) =>
  wishOf({ subject: "", value: "", offer: null, ...form }, { members, parameters: DEFAULT_PARAMETERS }, NOW);

describe("what a form puts to the vote", () => {
  it("is nothing while the form is not complete", () => {
    for (const type of [
      "admit",
      "suspend",
      "reinstate",
      "remove",
      "rotate-key",
      "pause",
      "lift-pause",
    ] as const)
      expect(wish({ type, value: "1" })).toBe(null);
    expect(wish({ type: "set-parameter", value: "60" })).toBe(null);
  });

  it("turns people's units into the ledger's, and takes what the ledger takes and nothing else", () => {
    const value = (subject: string, typed: string) => {
      const made = wish({ type: "set-parameter", subject, value: typed });
      return made?.type === "set-parameter" ? made.value : null;
    };
    expect(["50", "66.67", "66,67", "100"].map((typed) => value("quorum", typed))).toEqual([
      5000, 6667, 6667, 10_000,
    ]);
    expect(
      ["49.99", "100.01", "66.667", "", "-60", "sixty", "6e1"].map((typed) => value("quorum", typed)),
    ).toEqual(Array.from({ length: 7 }, () => null));
    expect(["1", "1.5", "2160", "0.9", "2161"].map((typed) => value("votingPeriod", typed))).toEqual([
      3600,
      5400,
      7_776_000,
      null,
      null,
    ]);
    expect(["720", "721"].map((typed) => value("maxPause", typed))).toEqual([2_592_000, null]);
    // Of four members one is suspended.
    expect(["2", "3", "4", "1", "2.5"].map((typed) => value("minimumMembers", typed))).toEqual([
      2,
      3,
      null,
      null,
      null,
    ]);
  });

  it("pauses from now on, no longer than the members let", () => {
    const pause = (value: string) => wish({ type: "pause", subject: "AnchorBatch", value });
    expect(pause("2")).toEqual({ type: "pause", intent: "AnchorBatch", until: NOW + 7200 });
    expect(pause("168")).toMatchObject({ until: NOW + DEFAULT_PARAMETERS.maxPause });
    expect([pause("169"), pause("0"), pause("soon")]).toEqual([null, null, null]);
  });
});
