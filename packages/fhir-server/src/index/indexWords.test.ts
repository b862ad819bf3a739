import { JsonNumber, type JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { describe, expect, it } from "vitest";
import { indexWords } from "./indexWords.ts";
import { narrativeText } from "./narrativeText.ts";
import { wordsOf } from "./words.ts";

const all = (resource: JsonObject): readonly string[] => [...indexWords(resource).keys()].toSorted();

describe("the words of a resource", () => {
  it("are those that every reader is shown, its narrative's apart", () => {
    const words = indexWords({
      resourceType: "Condition",
      id: "unseen",
      meta: { tag: [{ display: "unseen" }] },
      text: { status: "generated", div: "<div><p>Pain &amp; fever</p></div>" },
      code: {
        coding: [{ system: "http://unseen.example", code: "R52", display: "Pain" }],
        text: "Ache, 3/d",
      },
      recordedDate: "2026-01-02T10:00:00Z",
      onsetAge: { value: new JsonNumber("7"), unit: "a" },
      evidence: [{ detail: [{ reference: "https://unseen.example/Observation/1", display: "Elsewhere" }] }],
    });
    expect([...words].filter(([, isNarrative]) => isNarrative).map(([word]) => word)).toEqual([
      "pain",
      "fever",
    ]);
    expect([...words.keys()].toSorted()).toEqual([
      "3",
      "a",
      "ache",
      "d",
      "elsewhere",
      "fever",
      "pain",
      "r52",
    ]);
  });

  it("are none of a reference to this server, nor of an element that cannot be without it", () => {
    const flag = { text: "Relapse" };
    const secret = { reference: "Condition/1", display: "Secret", identifier: { value: "secret" } };
    expect(all({ resourceType: "Observation", encounter: secret, status: "final" })).toEqual(["final"]);
    expect(all({ resourceType: "List", status: "current", entry: [{ flag, item: secret }] })).toEqual([
      "current",
    ]);
    expect(all({ resourceType: "Condition", subject: secret })).toEqual([]);
    expect(
      all({
        resourceType: "Basic",
        extension: [{ url: "urn:x", valueReference: secret }],
        contained: [{ resourceType: "Provenance", target: [secret], activity: { text: "Care" } }],
      }),
    ).toEqual(["care"]);
  });

  it("are none of contents in base64, and none of an AuditEvent", () => {
    expect(
      all({
        resourceType: "DocumentReference",
        content: [{ attachment: { title: "Scan", data: "c2VjcmV0" } }],
      }),
    ).toEqual(["scan"]);
    expect(all({ resourceType: "AuditEvent", outcomeDesc: "seen" })).toEqual([]);
  });

  it("are so many, and so long, that the database takes them", () => {
    const text = Array.from({ length: 9000 }, (_, i) => `${"世".repeat(60)}${i} ${i}x`).join(" ");
    const words = all({ resourceType: "Basic", note: text });
    expect(words).toHaveLength(5000);
    expect(Math.max(...words.map((word) => Buffer.byteLength(word)))).toBeLessThanOrEqual(120);
    expect(all({ resourceType: "Basic", note: "𝒳".repeat(100) }).every((word) => word.isWellFormed())).toBe(
      true,
    );
  });
});

describe("a narrative", () => {
  it.each([
    ["<p>a</p><p>b</p>", "a b"],
    ["meta<b>sta</b>sis", "metastasis"],
    ['<img alt="a > b" src="x"/>c', "c"],
    ["a<!-- <p>hidden</p> -->b", "a b"],
    ["&#65;&#x42;&lt;p&gt;&nbsp;c&unknown;d&#0;&#xD800;", "AB<p> c d"],
    ["a<p never ends", "a"],
    ["a<!-- never ends", "a"],
    ["1 < 2", "1"],
    ["", ""],
  ])("%s reads %s", (xhtml, text) => {
    expect(narrativeText(xhtml).replaceAll(/\s+/g, " ").trim()).toBe(text);
  });

  it.each(["<", '<"', "<'\"", "<!--", "<a b='", "&", "&#1", "<p>"])(
    "of many %s is read in a time that grows with its length",
    (part) => {
      const begin = performance.now();
      narrativeText(part.repeat(1_000_000 / part.length));
      expect(performance.now() - begin).toBeLessThan(2000);
    },
  );
});

it("words are found without case, accents and signs", () => {
  expect(wordsOf("Rücken-Schmerz, 5.4 MG/dL; naïve İ")).toEqual([
    "rucken",
    "schmerz",
    "5",
    "4",
    "mg",
    "dl",
    "naive",
    "i",
  ]);
});
