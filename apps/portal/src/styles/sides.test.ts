import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SOURCE = join(import.meta.dirname, "..");
/** Left and right as such, in a style sheet or in a component. */
const SIDES =
  /(?:margin|padding|border)-(?:left|right)\b|(?:^|[{;\s])(?:left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)|textAlign:\s*"(?:left|right)|\b(?:margin|padding|border)(?:Left|Right)\b/gm;
/** The four values of one property name sides too. */
const BOX = /(?:^|[{;\s])(?:margin|padding|inset):([^;{}]+);/gm;

function sidesIn(text: string): readonly string[] {
  const rules = text.replaceAll(/\/\*[^]*?\*\//g, "");
  const named = [...rules.matchAll(SIDES)].map(([rule]) => rule.trim());
  const boxes = [...rules.matchAll(BOX)].flatMap(([rule, values = ""]) => {
    const [, end, , start] = values
      .replaceAll(/\((?:[^()]|\([^()]*\))*\)/g, "")
      .trim()
      .split(/\s+/);
    return start === undefined || start === end ? [] : [rule.trim()];
  });
  return [...named, ...boxes];
}

it("names begin and end of a line instead of left and right, for languages that are written from the right", () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:css|tsx)$/.test(name),
  );
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((name) =>
    sidesIn(readFileSync(join(SOURCE, name), "utf8")).map((rule) => `${name}: ${rule}`),
  );
  expect(found).toEqual([]);
});

it("sees each way to name them", () => {
  const ways = [
    "margin-left: 3px;",
    "a { left: 0; }",
    "p { text-align: right }",
    "{ padding: 1px 2px 3px 4px; }",
    "style={{ marginRight: 2 }}",
  ];
  expect(ways.map((way) => sidesIn(way).length)).toEqual([1, 1, 1, 1, 1]);
  expect(
    sidesIn("p { margin-inline: 1px; padding: 1px 2px 3px 2px; inset: 0 max(1px, 2px) auto max(1px, 2px); }"),
  ).toEqual([]);
});
