import type { Day, SegmentId } from "@anamnesis/core/ids";
import type { Database, Queryable, SqlValue } from "@anamnesis/core/ports/database";
import { limitAccess, parseScope } from "@anamnesis/fhir-server/access/scopes";
import { compilePage, compileTotal } from "@anamnesis/fhir-server/search/compileSearch";
import { R4_TERMINOLOGY } from "@anamnesis/fhir-server/terminology/terminology";
import { parseSearch, SEARCH_LIMITS } from "@anamnesis/fhir-server/search/parseSearch";
import { firstOutOfScope, hiddenLinks, visibleLinks } from "@anamnesis/fhir-server/store/readVersion";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";
import { BASE, FULL } from "./testing/testFhir.ts";

const PATIENTS = 3000;

let db: Database;

/** Rows as the server writes them, without texts: enough of them that a plan which reads all of a table costs more than one by an index. */
beforeAll(async () => {
  db = await openTestDatabase();
  await db.transaction(async (tx) => {
    await tx.query(
      `insert into fhir_resources (type, id, version, updated, deleted, origin, kind)
       select type, type || i, 1, i, false, 'own', 'general' from generate_series(1, $1::int) as i, unnest(array['Patient', 'Observation', 'Condition', 'Encounter', 'Procedure', 'Immunization', 'Claim', 'ValueSet', 'Location', 'List']) as type`,
      [PATIENTS],
    );
    await tx.query(
      `insert into fhir_versions (row, version, type, updated, method, origin, kind, content)
       select row, 1, type, updated, 'POST', 'own', 'general', '{}' from fhir_resources`,
    );
    for (const [table, columns, values] of [
      ["fhir_tokens", "system, code", "'urn:s', 'code' || updated"],
      ["fhir_strings", "folded, exact", "'name' || updated, 'Name' || updated"],
      ["fhir_dates", "low, high", "updated * 86400000, (updated + 1) * 86400000"],
      ["fhir_numbers", "low, high", "updated, updated"],
      ["fhir_references", "target_type, target_id", "'Patient', 'Patient' || updated"],
      ["fhir_uris", "uri", "'http://example.org/' || updated"],
      ["fhir_positions", "latitude, longitude", "updated::float8 / 100, updated::float8 / 50"],
    ] as const) {
      const keys = {
        fhir_tokens: "identifier",
        fhir_strings: "family",
        fhir_dates: "date",
        fhir_numbers: "value-quantity",
        fhir_references: "subject",
        fhir_uris: "url",
        fhir_positions: "near",
      }[table];
      await tx.query(
        `insert into ${table} (row, key, item, ${columns}) select row, type || '.${keys}', 0, ${values} from fhir_resources`,
      );
    }
  });
  await db.query(
    "insert into fhir_texts (row, words) select row, array_to_tsvector(array['word' || updated, 'all', type]) from fhir_resources",
  );
  await db.query(
    "insert into fhir_references (row, key, item, target_type, target_id) select row, 'List.item', 0, 'Observation', 'Observation' || updated from fhir_resources where type = 'List'",
  );
  await db.query("analyze");
}, 60_000);
afterAll(closeTestDatabases);

/** With everything that a statement can carry: rules by sensitivity, consents of several shapes, a scope for all and one with search parameters. */
const LIMITED = limitAccess(
  {
    readOwn: [
      { types: "*", kinds: ["general", "genetic"] },
      { types: ["Observation", "Patient"], kinds: "*" },
    ],
    readReceived: Array.from({ length: 50 }, (_, i) => ({
      segment: `0x${i.toString(16).padStart(64, "0")}` as SegmentId,
      resourceTypes: i % 2 === 0 ? ["*"] : ["Observation", "Condition"],
      dataFrom: i % 3 === 0 ? (10 as Day) : null,
      dataTo: null,
      exceptions: [],
    })),
    write: [],
  },
  ["user/*.rs", "user/Observation.rs?date=ge1970-01-02"].map((scope) => parseScope(scope)),
);

it.each([
  "Patient?identifier=urn:s|code7",
  "Patient?identifier=code7",
  "Patient?family=name77",
  "Patient?_id=Patient7",
  "Patient?_lastUpdated=lt1970-01-01T00:00:00.100Z",
  "Observation?date=1970-02",
  "Observation?date=gt1978-01-01",
  "Observation?value-quantity=70",
  "Observation?value-quantity=lt20",
  "Observation?subject=Patient/Patient7",
  "Observation?subject.family=name77",
  "Patient?_has:Observation:subject:value-quantity=70",
  "Patient?_has:Condition:subject:identifier=code9&family=name",
  "Observation?identifier=code7&subject.identifier=code7",
  "Observation?subject.identifier=urn:s|code7",
  "Observation?identifier=urn:s|code7,urn:s|code8",
  "Observation?date=ge1970-02-01&date=lt1970-02-03&_sort=-date",
  "Observation?value-quantity=ge20&value-quantity=lt22",
  "Observation?subject=Patient/Patient7&date=ge1970-01-02&_sort=-date",
  "Patient?family:exact=Name77",
  "ValueSet?url=http://example.org/7",
  "ValueSet?url:below=http://example.org/7",
  "ValueSet?url:above=http://example.org/7/8/9",
  "Observation?_text=word77",
  "Observation?_content=word77 and all",
  "Observation?_content=word77,word78",
  "Patient?_has:Observation:subject:_text=word77",
  "Observation?subject:Patient._content=word77",
  "Observation?_list=List7",
  "Location?near=10|20|2|km",
  "Location?near=10|179.99|5|km",
  "Observation?identifier:below=http://terminology.hl7.org/CodeSystem/v3-RoleCode|FAMMEMB",
  "Observation?identifier:in=http://terminology.hl7.org/ValueSet/v3-FamilyMember",
  "Patient?_id=Patient7,Patient8",
  "Observation?_lastUpdated=ge1970-01-01T00:00:00.010Z&_lastUpdated=lt1970-01-01T00:00:00.020Z",
])("%s is answered by indexes, whatever the size of the tables", async (url) => {
  const [type = "", query = ""] = url.split("?");
  const request = parseSearch(type, [...new URLSearchParams(query)], {
    base: `${BASE}/`,
    terminology: R4_TERMINOLOGY,
    strict: true,
    limits: SEARCH_LIMITS,
  });
  for (const access of [FULL, LIMITED]) {
    for (const { sql, values } of [compilePage(request, access), compileTotal(request, access)]) {
      const plan = await db.query<{ readonly "QUERY PLAN": string }>(`explain ${sql}`, values);
      const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
      expect(text).not.toContain("Seq Scan");
      expect(text).toContain("Index");
    }
  }
});

it("what resources name is found by indexes, by prepared statements too", async () => {
  const sent: { readonly sql: string; readonly values: readonly SqlValue[] }[] = [];
  const watched: Queryable = {
    query: (sql, values = []) => {
      sent.push({ sql, values });
      return db.query(sql, values);
    },
  };
  const links = [7, 8, 9].map((i) => ({ type: "Patient", id: `Patient${i}` }));
  const gone = { type: "Patient", id: "nobody" };
  const rows = await db.query<{ readonly row: number }>(
    "select row from fhir_resources where type = 'Observation' order by row limit 20",
  );
  for (const access of [FULL, LIMITED]) {
    expect((await visibleLinks(watched, access, [...links, gone])).size).toBe(3);
    const numbers = rows.map(({ row }) => row);
    await db.query("insert into fhir_links (row, target_type, target_id) values ($1, 'Patient', 'nobody')", [
      numbers[0] ?? 0,
    ]);
    expect((await hiddenLinks(watched, access, numbers)).size).toBe(1);
  }
  const written = links.map((link) => ({ ...link, letter: "u" as const }));
  const scoped = limitAccess(FULL, [parseScope("user/Patient.u?family=name7")]);
  expect(await firstOutOfScope(watched, scoped, written)).toEqual(links[1]);
  // One each, whatever there is to hide.
  expect(sent.length).toBe(5);
  for (const [i, { sql, values }] of sent.entries()) {
    // As a connection has it that keeps one plan for all values: it knows nothing of how many there are.
    const texts = values.map((value) =>
      typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : null,
    );
    await db.transaction(async (tx) => {
      await tx.query("set local plan_cache_mode = force_generic_plan");
      const given = texts.map((text, at) => text ?? `'{${String(values[at])}}'`).join(", ");
      await tx.query(`prepare named${i} as ${sql}`);
      const plan = await tx.query<{ readonly "QUERY PLAN": string }>(
        `explain execute named${i}${given === "" ? "" : ` (${given})`}`,
      );
      await tx.query(`deallocate named${i}`);
      expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).not.toContain("Seq Scan on fhir_resources");
    });
  }
});
