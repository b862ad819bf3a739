import type { Database } from "@anamnesis/core/ports/database";
import { compilePage } from "@anamnesis/fhir-server/search/compileSearch";
import { parseSearch, SEARCH_LIMITS } from "@anamnesis/fhir-server/search/parseSearch";
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
       select type, type || i, 1, i, false, 'own', 'general' from generate_series(1, $1::int) as i, unnest(array['Patient', 'Observation', 'Condition', 'Encounter', 'Procedure', 'Immunization', 'Claim']) as type`,
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
    ] as const) {
      const keys = {
        fhir_tokens: "identifier",
        fhir_strings: "family",
        fhir_dates: "date",
        fhir_numbers: "value-quantity",
        fhir_references: "subject",
        fhir_uris: "url",
      }[table];
      await tx.query(
        `insert into ${table} (row, key, item, ${columns}) select row, type || '.${keys}', 0, ${values} from fhir_resources`,
      );
    }
  });
  await db.query("analyze");
}, 60_000);
afterAll(closeTestDatabases);

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
])("%s is answered by indexes, whatever the size of the tables", async (url) => {
  const [type = "", query = ""] = url.split("?");
  const request = parseSearch(type, [...new URLSearchParams(query)], {
    base: `${BASE}/`,
    strict: true,
    limits: SEARCH_LIMITS,
  });
  const { sql, values } = compilePage(request, FULL);
  const plan = await db.query<{ readonly "QUERY PLAN": string }>(`explain ${sql}`, values);
  const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
  expect(text).not.toContain("Seq Scan");
  expect(text).toContain("Index");
});
