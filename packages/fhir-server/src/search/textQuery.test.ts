import fc from "fast-check";
import { expect, it } from "vitest";
import { isAnamnesisError } from "@anamnesis/core/errors";
import { parseTextQuery, tsqueryOf } from "./textQuery.ts";

/** As many words as there are. */
const any = (): void => undefined;

it.each([
  ["bone", "'bone':"],
  ["Bone Märrow", "('bone': & 'marrow':)"],
  ["(bone OR liver) and metastas*", "(('bone': | 'liver':) & 'metastas':*)"],
  ["a b or c d", "(('a': & 'b':) | ('c': & 'd':))"],
  ["((a))", "'a':"],
  ["29463-7*", "('29463': & '7':*)"],
  ["it's:A!&|", "('it': & 's': & 'a':)"],
])("%s", (text, query) => {
  expect(tsqueryOf(parseTextQuery("_content", text, any), "")).toBe(query);
});

it("asks for words of the narrative by their weight", () => {
  expect(tsqueryOf(parseTextQuery("_text", "bone or li*", any), "A")).toBe("('bone':A | 'li':*A)");
});

it("is of words and signs of its own, whatever is asked, or refused", () => {
  const part = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("(", ")", "and", "or", "*", "'", "\\", " "),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      try {
        const query = tsqueryOf(parseTextQuery("_text", parts.join(" "), any), "A");
        expect(query).toMatch(/^[()]*'[\p{L}\p{N}]+':\*?A(?:\)*(?: [&|] [()]*'[\p{L}\p{N}]+':\*?A)*)*\)*$/u);
      } catch (error) {
        expect(isAnamnesisError(error)).toBe(true);
      }
    }),
  );
});

it.each([[`${"(".repeat(200)}a${")".repeat(200)}`], ["a*"], ["bone 7*"], ["*"]])(
  "refuses more than it takes: %s",
  (text) => {
    expect(() => parseTextQuery("_text", text, any)).toThrow(
      expect.objectContaining({ code: "fhir-bad-value" }),
    );
  },
);
