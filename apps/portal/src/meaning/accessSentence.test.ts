import { consentTypedData, type ConsentBody } from "@anamnesis/core/consent/consent";
import { consentSentence as signedSentence } from "@anamnesis/core/consent/consentSentence";
import { ACTIONS, PURPOSES } from "@anamnesis/core/consent/terms";
import type { Day, UnixSeconds } from "@anamnesis/core/ids";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { PERMITTED } from "@anamnesis/testkit/core/decisionInput";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { DATA_KINDS, SENSITIVE_AREAS, segmentsOf, type DataKind } from "./areas.ts";
import { accessSentence, granteeName } from "./accessSentence.ts";
import type { Permission } from "./permission.ts";
import { NO_END } from "./sayTerms.ts";
import { ENGLISH } from "./testing/locale.ts";

const BODY = PERMITTED.authority.consent?.body as ConsentBody;
const day = (text: string): Day => (Date.parse(text) / 86_400_000) as Day;
const seconds = (text: string): UnixSeconds => (Date.parse(text) / 1000) as UnixSeconds;
const none = { resourceTypes: [], actions: [], purposes: [], dataFrom: null, dataTo: null } as const;

function partsOf(
  kinds: readonly DataKind[],
  sensitive: Parameters<typeof segmentsOf>[1] = [],
): Permission["parts"] {
  return [...segmentsOf(kinds, sensitive)].map(([kind, resourceTypes]) => ({ kind, resourceTypes }));
}

const RUIZ: Permission = {
  grantee: granteeName("Dr Ana Ruiz", "Northside Hospital", meaningEn),
  parts: partsOf(["laboratory", "medicines"]),
  actions: ["read"],
  purposes: ["TREAT"],
  dataFrom: day("2019-01-01"),
  dataTo: null,
  exceptions: [],
  notBefore: null,
  // Midnight in Madrid, at the end of 21 May.
  notAfter: seconds("2027-05-21T22:00:00Z"),
};
const say = (change: Partial<Permission> = {}): string =>
  accessSentence({ ...RUIZ, ...change }, "request", meaningEn, ENGLISH);

describe("the sentence that says what somebody asks for", () => {
  it("names who, what, since when, what for, until when, and what stays closed", () => {
    expect(say()).toBe(
      "Dr Ana Ruiz at Northside Hospital asks to read your laboratory results, examination reports, measurements, medicines and " +
        "allergies since 2019, for your treatment, until 21 May 2027. Sensitive areas stay closed.",
    );
  });

  it("names sensitive areas that it opens, everything, and types of which the kind is not whole", () => {
    expect(say({ parts: partsOf([], ["mental-health"]), dataFrom: null })).toBe(
      "Dr Ana Ruiz at Northside Hospital asks to read your mental health, for your treatment, until 21 May 2027. " +
        "This includes sensitive areas: mental health. All others stay closed.",
    );
    expect(say({ parts: [{ kind: "general", resourceTypes: ["*"] }, ...partsOf(["own"])] })).toContain(
      "asks to read all your records and your own notes and measurements since 2019",
    );
    expect(say({ parts: [{ kind: "general", resourceTypes: ["Observation", "Basic"] }] })).toContain(
      "your records of the type “Basic” and measured values",
    );
    expect(say({ parts: partsOf(["laboratory"], SENSITIVE_AREAS) })).toMatch(
      /This includes all sensitive areas\.$/,
    );
  });

  it("names exceptions, passing on, days, hours and no end", () => {
    const exceptions = [
      { ...none, resourceTypes: ["Condition"], dataTo: day("2015-12-31") },
      { ...none, actions: ["reshare" as const], purposes: ["HRESCH" as const] },
    ];
    const change = { exceptions, actions: ACTIONS, dataFrom: day("2019-05-02"), dataTo: day("2021-12-31") };
    expect(say({ ...change, notBefore: seconds("2027-01-01T08:30:00Z"), notAfter: NO_END })).toBe(
      "Dr Ana Ruiz at Northside Hospital asks to read and pass on your laboratory results, examination reports, measurements, medicines and " +
        "allergies from 2 May 2019 to 2021, for your treatment, from 1 January 2027, 09:30, until you stop it, but never diagnoses up to " +
        "2015 and never to pass on anything, for research. Sensitive areas stay closed.",
    );
    expect(say({ notAfter: seconds("2027-05-21T08:00:00Z") })).toContain("until 21 May 2027, 10:00.");
  });

  it("is shorter for who reads, and in the list of shares", () => {
    const access = (form: Parameters<typeof accessSentence>[1]): string =>
      accessSentence(RUIZ, form, meaningEn, ENGLISH);
    const what = "laboratory results, examination reports, measurements, medicines and allergies since 2019";
    expect(access("reader")).toBe(`You may read ${what}, for treatment, until 21 May 2027.`);
    expect(access("share")).toBe(`L${what.slice(1)}, for treatment, until 21 May 2027`);
  });

  it("says what a signature permits in one sentence, and shorter where there is little room", () => {
    const access = (form: Parameters<typeof accessSentence>[1], parts = RUIZ.parts): string =>
      accessSentence({ ...RUIZ, parts }, form, meaningEn, ENGLISH);
    const what =
      "Dr Ana Ruiz at Northside Hospital may read your laboratory results, examination reports, measurements, medicines and allergies";
    expect(access("sign")).toBe(
      `${what} since 2019, for your treatment, from now on, until 21 May 2027. Sensitive areas stay closed.`,
    );
    expect(access("short")).toBe(`${what.replace("your ", "")}, until 21 May 2027.`);
    const most = partsOf(["laboratory", "medicines", "visits", "documents"], ["genetic", "violence"]);
    expect(access("short", most)).toBe(
      "Dr Ana Ruiz at Northside Hospital may read 13 kinds of records and 2 sensitive areas, until 21 May 2027.",
    );
    expect(access("sign", most)).toContain("This includes sensitive areas: genetics and violence.");
    expect(access("short", [{ kind: "general", resourceTypes: ["*"] }, ...partsOf([], ["genetic"])])).toBe(
      "Dr Ana Ruiz at Northside Hospital may read all your records and 1 sensitive area, until 21 May 2027.",
    );
  });
});

describe("held against the sentence that is signed", () => {
  const minute = fc.integer({ min: 26_000_000, max: 70_000_000 }).map((m) => (m * 60) as UnixSeconds);
  const limit = fc.option(fc.integer({ min: -10_000, max: 25_000 }).map((d) => d as Day));
  const types = [...Object.keys(meaningEn.typeNouns), "Basic", "Account"];
  const someTypes = fc
    .uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 6 })
    .map((list) => list.toSorted());
  // All of a kind, and all but one of its types, are what its own words have to tell apart.
  const aKind = fc
    .tuple(fc.constantFrom(...DATA_KINDS.filter((kind) => kind !== "own")), fc.boolean())
    .map(([kind, all]) => (segmentsOf([kind], []).get("general") ?? []).slice(all ? 0 : 1));
  const everyType = fc.oneof(someTypes, aKind, fc.constant(["*"]));
  const purposes = fc.uniqueArray(fc.constantFrom(...PURPOSES), { minLength: 1, maxLength: 3 });
  const actions = fc.constantFrom(["read"] as const, ["read", "reshare"] as const);
  const exception = fc.record({
    resourceTypes: fc.oneof(fc.constant([]), someTypes),
    actions: fc.constantFrom([], ["read"] as const, ["reshare"] as const),
    purposes: fc.oneof(fc.constant([]), purposes),
    dataFrom: limit,
    dataTo: limit,
  });
  const body: fc.Arbitrary<ConsentBody> = fc
    .record({
      granteeName: fc.constantFrom("Dr Ana Ruiz", "Dr Ben Okafor", "Hill Street Pharmacy"),
      resourceTypes: everyType,
      actions,
      purposes,
      dataFrom: limit,
      dataTo: limit,
      exceptions: fc.array(exception, { maxLength: 2 }),
      notBefore: minute,
      notAfter: minute,
    })
    .map((terms) => ({ ...BODY, ...terms }));

  function plain(value: ConsentBody): string {
    const parts = [{ kind: "general" as const, resourceTypes: value.resourceTypes }];
    const utc = { ...ENGLISH, timeZone: "UTC" };
    return accessSentence({ ...value, grantee: value.granteeName, parts }, "request", meaningEn, utc);
  }

  it("is what a wallet shows first", () => {
    const identity = {
      chainId: 31_337,
      contracts: { consents: "0x00000000000000000000000000000000000000c1" },
    } as unknown as Parameters<typeof consentTypedData>[0];
    const { fields, message } = consentTypedData(identity, BODY);
    expect(fields[0]).toEqual({ type: "string", name: "statement" });
    expect(message["statement"]).toBe(signedSentence(BODY));
    expect(message["statement"]).toContain(BODY.granteeName);
    expect(plain(BODY)).toContain(BODY.granteeName);
  });

  it("differs whenever that one differs in a term, and only then", () => {
    const changed = fc
      .tuple(body, body, fc.constantFrom(...(Object.keys(BODY) as (keyof ConsentBody)[])))
      .map(([a, b, term]) => [a, { ...a, [term]: b[term] }] as const);
    fc.assert(
      fc.property(changed, ([a, b]) => {
        expect(plain(a) === plain(b)).toBe(signedSentence(a) === signedSentence(b));
      }),
      { numRuns: 1000 },
    );
  });

  it("has another noun for every type and every kind", () => {
    const nouns = [
      ...Object.values(meaningEn.typeNouns),
      ...SEGMENT_KINDS.map((kind) => meaningEn.sensitiveNouns[kind]),
    ];
    expect(new Set(nouns).size).toBe(nouns.length);
    for (const kind of DATA_KINDS) {
      const own: readonly string[] = meaningEn.dataKinds[kind].nouns;
      expect(own.every((noun) => nouns.includes(noun))).toBe(false);
    }
  });
});
