import { decide, decideRecords, type DecisionRecord } from "@anamnesis/core/consent/decide";
import type { Queryable } from "@anamnesis/core/ports/database";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import type { Access, Attributes, OwnRule } from "@anamnesis/fhir-server/access/access";
import { mayRead } from "@anamnesis/fhir-server/access/mayRead";
import { Visible } from "@anamnesis/fhir-server/access/visible";
import { SqlText } from "@anamnesis/fhir-server/sql/sqlText";
import { writeVersions } from "@anamnesis/fhir-server/store/writeVersion";
import { CAST, PERMITTED, seconds } from "@anamnesis/testkit/core/decisionInput";
import { randomDecision, randomNumbers } from "@anamnesis/testkit/core/randomDecision";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";

const ROWS = 300;
const DECISIONS = 2000;

let db: Queryable;
/** By the row's id. */
const rows = new Map<string, Attributes>();

beforeAll(async () => {
  const database = await openTestDatabase();
  db = database;
  const random = randomNumbers(7);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  for (let i = 0; i < ROWS; i++) {
    const { resourceType: type, from, to } = randomDecision(random).record.attributes;
    const received = random() < 0.7;
    rows.set(String(i), {
      type,
      origin: received ? "received" : "own",
      kind: pick(SEGMENT_KINDS),
      segment: received ? pick([CAST.segment, CAST.otherSegment]) : null,
      days: { from, to },
    });
  }
  await database.transaction((tx) =>
    writeVersions(
      tx,
      [...rows].map(([id, attributes]) => ({
        type: attributes.type,
        id,
        version: 1,
        updated: 0,
        method: "POST",
        attributes,
        resource: { resourceType: attributes.type, id },
      })),
    ),
  );
}, 60_000);
afterAll(closeTestDatabases);

async function visibleIds(access: Access): Promise<readonly string[]> {
  const sql = new SqlText();
  const visible = new Visible(sql, access, ["s"]);
  const found = await db.query<{ readonly id: string }>(
    `select id from fhir_resources r where ${visible.of("r")}`,
    sql.values,
  );
  return found.map(({ id }) => id).toSorted();
}

const readable = (access: Access): readonly string[] =>
  [...rows]
    .filter(([, attributes]) => mayRead(access, attributes))
    .map(([id]) => id)
    .toSorted();

it("a query sees the rows that the decision permits, for every consent, and no other", async () => {
  const random = randomNumbers(11);
  let seen = 0;
  for (let i = 0; i < DECISIONS; i++) {
    const { request, authority, state } = randomDecision(random);
    const decided = decideRecords(request, authority, state);
    const access = { readOwn: [], readReceived: decided.permit ? [decided.limits] : [], write: [] };
    const { record } = PERMITTED;
    const permitted = [...rows].filter(([, { origin, segment, type, days }]) => {
      if (origin === "own" || segment === null) return false;
      const body = {
        segment,
        organisation: record.organisation,
        notAfter: seconds(record.anchoredOn * 86_400),
      };
      const attributes = { resourceType: type, from: days.from, to: days.to, labels: [] };
      const permit = { signer: state.owner, body: { ...record.permit?.body, ...body } };
      return decide(request, authority, { ...record, segment, attributes, permit } as DecisionRecord, state)
        .permit;
    });
    const expected = permitted.map(([id]) => id).toSorted();
    seen += expected.length;
    // Most random decisions deny for the whole segment; the statement of those is the same each time.
    if (decided.permit || i % 50 === 0) expect(await visibleIds(access)).toEqual(expected);
    else expect(expected).toEqual([]);
  }
  expect(seen).toBeGreaterThan(5000);
}, 60_000);

it("a query sees what the organisation's own rules and several consents permit together", async () => {
  const random = randomNumbers(13);
  const some = <T>(items: readonly T[]): readonly T[] => items.filter(() => random() < 0.4);
  for (let i = 0; i < 100; i++) {
    const rule = (): OwnRule => ({
      types: random() < 0.3 ? "*" : some(["Observation", "Condition", "Patient", "MedicationRequest"]),
      kinds: random() < 0.3 ? "*" : some(SEGMENT_KINDS),
    });
    const limits = Array.from({ length: 4 }, () => {
      const { request, authority, state } = randomDecision(random);
      const decided = decideRecords(request, authority, state);
      return decided.permit ? [decided.limits] : [];
    });
    const access = { readOwn: some([rule(), rule(), rule()]), readReceived: limits.flat(), write: [] };
    expect(await visibleIds(access)).toEqual(readable(access));
  }
}, 60_000);
