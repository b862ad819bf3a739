import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { ASKED, saidTo, type Side, sideOf } from "./testing/unseenSides.ts";

/**
 * A colleague at the same node who may do everything with what is the organisation's own, and has no consent, asks two nodes: at one a doctor keeps a patient's records and has
 * written about them, at the other nothing was ever received. The answers are the same, byte for byte, but for times and random ids.
 */

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let there: Side;
let never: Side;
beforeEach(async () => {
  there = await sideOf(true);
  never = await sideOf(false);
}, 60_000);

async function askIn(side: Side, asked: (typeof ASKED)[number]): Promise<string> {
  const { method, url, body, headers } = saidTo(side, asked);
  const answer = await side.asker.send(method, url, body, headers);
  let text = JSON.stringify({ status: answer.status, headers: answer.headers, body: answer.body });
  for (const [name, id] of Object.entries(side.ids)) text = text.replaceAll(id, `<${name}>`);
  for (const id of Object.values(side.hidden)) {
    if (!`${url} ${body}`.includes(id)) expect(text).not.toContain(id);
  }
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<instant>")
    .replaceAll(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, "<date>")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>")
    .replaceAll(/_cursor=[\w-]+/g, "_cursor=<cursor>");
}

it("who has no consent gets the answers of a node that never received anything", async () => {
  for (const asked of ASKED) {
    const name = `${asked[0]} ${asked[1]}`;
    expect.soft(`${name}: ${await askIn(there, asked)}`).toBe(`${name}: ${await askIn(never, asked)}`);
  }
  // Their order is one of random ids: with a second one no two nodes answer alike.
  await there.world.fhir.make({ resourceType: "Observation", status: "final", code: { text: "last" } });
  for (const sort of ["subject", "-subject"]) {
    const { json } = await there.asker.get(`Observation?_sort=${sort}&_count=1`);
    const next = json.link.find(({ relation }) => relation === "next")?.url ?? "";
    const cursor = Buffer.from(new URL(next).searchParams.get("_cursor") ?? "", "base64url").toString("utf8");
    expect(cursor).not.toBe("");
    expect(cursor).not.toContain(there.hidden["patient"]);
  }
  // And has changed nothing of it.
  const mine = await there.world.as(there.doctor);
  expect(await mine.ids("Observation?code=29463-7&subject:Patient.family=northman")).toEqual([
    there.hidden["weight"],
  ]);
}, 120_000);
