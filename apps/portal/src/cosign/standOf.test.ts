import { describe, expect, it } from "vitest";
import type { Cosigning } from "../worker/protocol/cosign.ts";
import { standOf } from "./standOf.ts";

const A = "Laboratory A";
const B = "Hospital B";
const no = { organisation: B, person: "Dr. B", time: 1, reason: "unit" };
const one = (changes: Partial<Cosigning> = {}): Cosigning => ({
  record: "r",
  state: "preliminary",
  needed: 2,
  signed: [A],
  missing: [B],
  declined: [],
  ...changes,
});
const final = one({ state: "final", signed: [A, B], missing: [] });

describe("how far an entry has come", () => {
  it("is nothing where nobody has to sign", () => {
    expect(standOf([])).toBeNull();
  });

  it("is final when all that it stands for is", () => {
    expect(standOf([final, final])).toEqual({ state: "final", signed: [A, B], missing: [], declined: [] });
    expect(standOf([final, one()])).toEqual({
      state: "preliminary",
      signed: [A],
      missing: [B],
      declined: [],
    });
  });

  it("names as signers only those who signed all that is open", () => {
    expect(standOf([one(), one({ signed: [], missing: [A, B] })])).toMatchObject({
      signed: [],
      missing: [B, A],
    });
  });

  it("is declined when somebody declined a part that is not final, and contradicted before that", () => {
    expect(standOf([one({ declined: [no] }), final])).toMatchObject({ state: "declined", declined: [no] });
    expect(standOf([one({ declined: [no] }), one({ state: "contradicted" })])).toMatchObject({
      state: "contradicted",
    });
    // Enough have signed without whoever declined.
    expect(standOf([one({ state: "final", signed: [A], declined: [no] })])).toMatchObject({ state: "final" });
  });
});
