import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../../indexer/testing/testDatabase.ts";
import { TestFhir } from "./testFhir.ts";

/** Milliseconds: nothing hangs, on a machine with other work either. */
const LONGEST = 5000;

const odd = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "'",
    "\\",
    "\\,",
    "$",
    "|",
    "||",
    ",",
    "%",
    "_",
    "\0",
    "\ud800",
    "1e400",
    "-1e-400",
    "NaN",
    "Infinity",
  ),
  fc.constantFrom(
    "9999-12-31",
    "0001",
    "2026-02-30",
    "2026-01-01T24:00:00Z",
    "ge",
    "eb0000",
    "ap1",
    "1.00000000000000000001",
  ),
  fc.constantFrom(
    "Patient/1",
    "Patient?name=x",
    "urn:uuid:x",
    "https://node.test/fhir/Patient/1",
    "__proto__",
    "constructor",
  ),
);
/** As the parameters want them, or almost. */
const nearly = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        "(",
        ")",
        "and",
        "OR",
        "not",
        "bone",
        "Fuzz",
        "metast*",
        "*",
        '"',
        "  ",
        ",",
        "'",
        "&",
        "|",
        "!",
        ":A",
      ),
      {
        maxLength: 12,
      },
    )
    .map((words) => words.join(" ")),
  fc
    .tuple(
      fc.oneof(fc.double(), fc.integer({ min: -400, max: 400 })),
      fc.oneof(fc.double(), fc.integer({ min: -400, max: 400 })),
      fc.constantFrom("", "0", "1", "-1", "30000", "1e9", "99999999999999999"),
      fc.constantFrom("", "km", "m", "[mi_i]", "mm", "__proto__"),
    )
    .map((parts) => parts.join("|")),
  fc.constantFrom(
    "http://terminology.hl7.org/CodeSystem/v3-RoleCode|FAMMEMB",
    "http://terminology.hl7.org/CodeSystem/v3-RoleCode|",
    "http://snomed.info/sct|1",
    "|FAMMEMB",
    "__proto__|__proto__",
    "http://terminology.hl7.org/ValueSet/v3-FamilyMember",
    "http://hl7.org/fhir/ValueSet/administrative-gender",
    "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1",
    "ValueSet/1",
    "$current-problems",
    "List/1",
    "http://a/b/c/",
    "http://a",
    "urn:oid:1.2",
  ),
);
const types = fc.constantFrom(
  "Patient",
  "Observation",
  "Bundle",
  "Binary",
  "Parameters",
  "List",
  "Location",
  "CodeSystem",
);
const parameters = fc.constantFrom(
  "name",
  "family:exact",
  "family:contains",
  "birthdate",
  "identifier",
  "identifier:of-type",
  "gender:not",
  "active:missing",
  "value-quantity",
  "code-value-quantity",
  "code:text",
  "subject",
  "subject:Patient",
  "subject:identifier",
  "subject.name",
  "subject:Patient.organization.name",
  "_has:Observation:patient:code",
  "_has:Observation:patient:_has:List:item:code",
  "_id",
  "_lastUpdated",
  "_tag",
  "_profile",
  "_sort",
  "_count",
  "_cursor",
  "_total",
  "_summary",
  "_elements",
  "_include",
  "_include:iterate",
  "_revinclude",
  "_since",
  "_type",
  "url:below",
  "url:above",
  "near",
  "near:missing",
  "_text",
  "_content",
  "_text:exact",
  "subject:Patient._content",
  "_has:Observation:patient:_text",
  "_list",
  "subject._list",
  "code:in",
  "code:not-in",
  "code:below",
  "code:above",
  "gender:in",
  "status:below",
  "_security:below",
  "_format",
);
const query = fc
  .array(fc.tuple(fc.oneof({ arbitrary: parameters, weight: 9 }, odd), fc.oneof(odd, nearly)), {
    maxLength: 4,
  })
  .map((pairs) => new URLSearchParams(pairs).toString());
const json = fc.oneof(
  fc.json(),
  fc
    .record(
      {
        resourceType: fc.oneof(types, odd),
        id: odd,
        meta: fc.object(),
        subject: fc.record({ reference: odd }),
        contained: fc.array(fc.object()),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
  fc
    .array(
      fc.record(
        {
          op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "x"),
          path: odd,
          from: odd,
          value: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    )
    .map((value) => JSON.stringify(value)),
  fc
    .array(
      fc.record({
        fullUrl: odd,
        resource: fc.record({ resourceType: types, id: odd }),
        request: fc.record({
          method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "X"),
          url: fc.oneof(types, odd),
        }),
      }),
      { maxLength: 3 },
    )
    .chain((entry) =>
      fc
        .constantFrom("batch", "transaction")
        .map((type) => JSON.stringify({ resourceType: "Bundle", type, entry })),
    ),
  odd,
);
const path = fc.oneof(
  fc
    .tuple(
      types,
      fc.oneof(
        fc.constantFrom(
          "",
          "/1",
          "/_history",
          "/_search",
          "/$validate",
          "/1/_history",
          "/1/_history/1",
          "/1/$everything",
          "/1/Observation",
        ),
        odd.map((text) => `/${encodeURIComponent(text.toWellFormed())}`),
      ),
    )
    .map(([type, rest]) => `${type}${rest}`),
  fc.constantFrom("", "metadata", "_history", "_search"),
);
const headers = fc.record(
  {
    "content-type": fc.constantFrom(
      "application/fhir+json",
      "application/json-patch+json",
      "application/x-www-form-urlencoded",
      "text/html",
      ";;",
    ),
    "if-match": odd,
    "if-none-match": odd,
    "if-none-exist": query,
    "if-modified-since": odd,
    prefer: fc.oneof(fc.constantFrom("return=minimal", "return=OperationOutcome", "handling=strict"), odd),
    accept: fc.oneof(fc.constantFrom("*/*", "application/fhir+xml"), odd),
  },
  { requiredKeys: [] },
);

/** Tests that hostile and odd requests get answers, `runs` of them. */
export function itAnswersOddRequests(runs: number): void {
  let fhir: TestFhir;
  beforeAll(async () => {
    fhir = new TestFhir(await openTestDatabase());
    await fhir.post("Patient", { resourceType: "Patient", name: [{ family: "Fuzz" }], birthDate: "1950" });
  }, 60_000);
  afterAll(closeTestDatabases);

  it(`answers ${runs} odd requests as R4 says, none of them with a failure of its own`, async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
        path,
        query,
        json,
        headers,
        async (method, at, asked, body, given) => {
          const begin = performance.now();
          const { status, json: answer } = await fhir.send(
            method,
            `${at}?${asked}`,
            method === "GET" ? null : body,
            given,
          );
          expect(performance.now() - begin).toBeLessThan(LONGEST);
          expect(status).toBeLessThan(500);
          if (status >= 400) expect(answer.resourceType).toBe("OperationOutcome");
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        },
      ),
      { numRuns: runs },
    );
    // A generator that only ever met one refusal would say little.
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 404]));
  }, 3_600_000);
}
