import { AnamnesisError } from "@anamnesis/core/errors";
import { describe, expect, it } from "vitest";
import type { Words } from "../words/useWords.tsx";
import { errors } from "../words/en/errors.ts";
import { sayFailure } from "./sayFailure.ts";

const words = { errors } as Words;
const failed = (code: string, meta: AnamnesisError["meta"] = {}): AnamnesisError =>
  new AnamnesisError({ code, rule: "A segment has a custodian.", fix: "Run it again.", meta });

describe("what a page says of a failure", () => {
  it("names the organisations that did not answer a stop, and says what counts by now", () => {
    const meta = { needed: 2, acknowledged: 1, missing: "Hospital Southgate, Laboratory Eastgate" };
    const { text, way } = sayFailure(failed("revocation-not-in-force", meta), words, false);
    expect(text).toBe(
      "Hospital Southgate and Laboratory Eastgate do not answer. So it is not certain yet that nothing opens any more. Try again in a moment: whoever has heard of it keeps it, and refuses from now on.",
    );
    expect(way).toBe("again");
    expect(sayFailure(failed("revocation-not-in-force"), words, false).text).toMatch(
      /^Too few organisations/,
    );
  });

  it("folds the program's terms away, and gives the code for support where there are no words", () => {
    const said = sayFailure(failed("never-heard-of"), words, false);
    expect(said).toEqual({
      text: errors.other,
      way: "again",
      support: { code: "never-heard-of", rule: "A segment has a custodian. Run it again." },
    });
  });

  it("sends who was signed out to the sign-in, with nothing else to read", () => {
    for (const code of ["locked", "not-signed-in"])
      expect(sayFailure(failed(code), words, false)).toMatchObject({ way: "sign-in", support: null });
  });

  it("says that a part of the page did not come, and has the page loaded again: never that nothing is there", () => {
    const lost = [
      "Failed to fetch dynamically imported module: https://h.example/assets/Codes-1.js",
      "error loading dynamically imported module: https://h.example/assets/Codes-1.js",
      "Importing a module script failed.",
    ];
    for (const message of lost)
      expect(sayFailure(new TypeError(message), words, false)).toEqual({
        text: errors.notLoaded,
        way: "reload",
        support: null,
      });
    expect(sayFailure(new TypeError("x is not a function"), words, true)).toEqual({
      text: errors.broken,
      way: "reload",
      support: { code: "TypeError", rule: null },
    });
  });
});
