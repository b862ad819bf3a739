import {
  decide,
  decideRecords,
  type DecisionRecord,
  type RecordLimits,
} from "@anamnesis/core/consent/decide";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import type { Access, Attributes, OwnRule } from "@anamnesis/fhir-server/access/access";
import { mayRead } from "@anamnesis/fhir-server/access/mayRead";
import { Visible } from "@anamnesis/fhir-server/access/visible";
import { compilePage, compileTotal } from "@anamnesis/fhir-server/search/compileSearch";
import { parseSearch, SEARCH_LIMITS } from "@anamnesis/fhir-server/search/parseSearch";
import { linkText } from "@anamnesis/fhir-server/resource/links";
import { SqlText } from "@anamnesis/fhir-server/sql/sqlText";
import { hiddenLinks, visibleLinks } from "@anamnesis/fhir-server/store/readVersion";
import { writeVersions } from "@anamnesis/fhir-server/store/writeVersion";
import { R4_TERMINOLOGY } from "@anamnesis/fhir-server/terminology/terminology";
import { CAST, PERMITTED, seconds } from "@anamnesis/testkit/core/decisionInput";
import { randomDecision, randomNumbers } from "@anamnesis/testkit/core/randomDecision";
import { JsonNumber, type JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";

const ROWS = 300;
const DECISIONS = 2000;

let db: Queryable;
/** By the row's id. */
const rows = new Map<string, Attributes>();

/** Whatever it is, it is found by its words, where it is, and by the Lists that name it. */
function resourceOf(id: string, type: string): JsonObject {
  const plain = {
    resourceType: type,
    id,
    text: { status: "generated", div: "<div>noticed</div>" },
    language: `x${type}`,
  };
  if (type === "Location")
    return { ...plain, position: { latitude: new JsonNumber("10"), longitude: new JsonNumber("20") } };
  if (type !== "List") return plain;
  return {
    ...plain,
    entry: [...rows].map(([item, of]) => ({
      item: { reference: `${of.type}/${item}`, display: "unnoticed" },
    })),
  };
}

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
  for (const type of ["Location", "List"])
    for (let i = 0; i < 20; i++) {
      const days = { from: null, to: null };
      rows.set(`${type}${i}`, { type, origin: "own", kind: pick(SEGMENT_KINDS), segment: null, days });
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
        resource: resourceOf(id, attributes.type),
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

/** Of consents for segments of which there is nothing. */
const ELSEWHERE = Array.from({ length: 150 }, (_, i): RecordLimits => ({
  segment: `0x${(i + 1).toString(16).padStart(64, "f")}` as SegmentId,
  resourceTypes: ["*"],
  dataFrom: null,
  dataTo: null,
  exceptions: [],
}));

it("a query sees what the organisation's own rules and several consents permit together", async () => {
  const random = randomNumbers(13);
  let found = 0;
  // A List names all that there is.
  const named = [...rows].map(([id, { type }]) => ({ type, id }));
  const [{ row: list } = { row: 0 }] = await db.query<{ readonly row: number }>(
    "select row from fhir_resources where type = 'List' limit 1",
  );
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
    // Long lists of consents go into a statement in another way.
    const readReceived = [...limits.flat(), ...(i % 8 < 4 ? ELSEWHERE : [])];
    const access = { readOwn: some([rule(), rule(), rule()]), readReceived, write: [] };
    expect(await visibleIds(access)).toEqual(readable(access));
    const shown = new Set(readable(access).map((id) => linkText({ type: rows.get(id)?.type ?? "", id })));
    expect([...(await visibleLinks(db, access, named))].toSorted()).toEqual([...shown].toSorted());
    const hidden = [...((await hiddenLinks(db, access, [list])).get(list) ?? [])];
    expect(hidden.toSorted()).toEqual(
      named
        .map(linkText)
        .filter((link) => !shown.has(link))
        .toSorted(),
    );
    if (i % 4 === 0)
      for (const [url, expected] of searches(access)) {
        expect([url, await searchedIds(access, url)]).toEqual([url, expected]);
        found += expected.length;
      }
  }
  expect(found).toBeGreaterThan(1000);
}, 60_000);

/** Searches by what a resource says, where it is and what names it, each with what a decision about each row lets through. */
function searches(access: Access): readonly (readonly [url: string, ids: readonly string[]])[] {
  const ids = new Set(readable(access));
  const ofType = (type: string): readonly string[] => [...ids].filter((id) => rows.get(id)?.type === type);
  const lists = ofType("List");
  return [
    ...["Observation", "Condition", "MedicationRequest", "Location"].flatMap((type) => [
      [`${type}?_text=noticed`, ofType(type)] as const,
      [`${type}?_content=noticed AND x${type}`, ofType(type)] as const,
      [`${type}?_content=unnoticed`, []] as const,
      [
        `${type}?_list=List0,List1`,
        lists.includes("List0") || lists.includes("List1") ? ofType(type) : [],
      ] as const,
      [`${type}?_security:not-in=http://hl7.org/fhir/ValueSet/all-types`, ofType(type)] as const,
    ]),
    ["Location?near=10|20|1|m", ofType("Location")],
    ["List?_content=unnoticed", []],
    // A List names all that there is: a criterion about an entry is one about what its reader may see.
    ["List?item:Location.near=10|20|1", ofType("Location").length === 0 ? [] : lists],
  ];
}

async function searchedIds(access: Access, url: string): Promise<readonly string[]> {
  const [type = "", query = ""] = url.split("?");
  const context = {
    base: "https://node.test/",
    terminology: R4_TERMINOLOGY,
    strict: true,
    limits: SEARCH_LIMITS,
  };
  const request = parseSearch(type, [...new URLSearchParams(query)], context);
  const page = compilePage({ ...request, count: 1000 }, access);
  const ids = await db.query<{ readonly id: string }>(page.sql, page.values);
  const total = compileTotal(request, access);
  const [counted] = await db.query<{ readonly total: number }>(total.sql, total.values);
  expect([url, counted?.total]).toEqual([url, ids.length]);
  return ids.map(({ id }) => id).toSorted();
}
