import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeTestDatabases, releaseTestDatabases } from "../indexer/testing/testDatabase.ts";
import type { WritePoint } from "../runtime/writePoints.ts";
import { parsePolicy } from "./policy/parsePolicy.ts";
import { startTestEndpoint, type TestEndpoint } from "./testing/testEndpoint.ts";
import type { FhirJson } from "./testing/testFhir.ts";

let endpoint: TestEndpoint;
let failing: WritePoint | null;
const send: TestEndpoint["send"] = (...request) => endpoint.send(...request);

beforeEach(async () => {
  failing = null;
  endpoint = await startTestEndpoint(() => failing);
});
afterEach(async () => {
  await endpoint.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

const DOCTOR = "practitioner.TREAT";
const AUDITOR = "auditor.HOPERAT";

interface Audited extends FhirJson {
  readonly subtype: readonly { readonly code: string }[];
  readonly outcome: string;
  readonly entity?: readonly {
    readonly what?: { readonly reference: string };
    readonly query?: string;
    readonly role: { readonly code: string };
  }[];
}

/** All AuditEvents in the order of writing, as `interaction outcome entities`, without those of looking for them. */
async function audited(): Promise<readonly string[]> {
  const { json, status } = await send(AUDITOR, "GET", "/AuditEvent/_history?_count=1000");
  expect(status).toBe(200);
  return (json.entry ?? [])
    .map(({ resource }) => resource as Audited)
    .toReversed()
    .map(({ subtype, outcome, entity = [] }) => {
      const told = entity.map(({ what, query }) =>
        query === undefined ? (what?.reference ?? "") : Buffer.from(query, "base64").toString("utf8"),
      );
      return [subtype[0]?.code, outcome, ...told].join(" ");
    })
    .filter((line) => !line.includes("AuditEvent"));
}

describe("the FHIR endpoint", () => {
  it("says without a token what it can do, and nothing else", async () => {
    const capability = await send(null, "GET", "/metadata");
    expect([capability.status, capability.json.resourceType]).toEqual([200, "CapabilityStatement"]);
    for (const [method, path] of [
      ["GET", "/Patient"],
      ["POST", "/Patient"],
      ["GET", "/nothing"],
      ["POST", "/metadata"],
      ["GET", ""],
    ] as const) {
      const refused = await send(null, method, path, method === "POST" ? "{" : undefined);
      expect([refused.status, refused.json.resourceType]).toEqual([401, "OperationOutcome"]);
      expect(refused.headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  it("lets each role do what the policy says for the purpose, and another role nothing", async () => {
    const { json: patient } = await send(DOCTOR, "POST", "/Patient", { resourceType: "Patient" });
    for (const [as, status] of [
      [DOCTOR, 200],
      ["practitioner.HPAYMT", 404],
      ["clerk.HOPERAT", 200],
      ["clerk.TREAT", 404],
      ["stranger.TREAT", 404],
      [AUDITOR, 404],
    ] as const) {
      expect([as, (await send(as, "GET", `/Patient/${patient.id}`)).status]).toEqual([as, status]);
    }
    expect((await send("clerk.HOPERAT", "POST", "/Patient", { resourceType: "Patient" })).status).toBe(403);
    // What is audited is for who is named for it.
    expect((await send(DOCTOR, "GET", "/AuditEvent")).json.entry ?? []).toEqual([]);
    expect((await send(AUDITOR, "GET", "/AuditEvent?_count=1")).json.entry).toHaveLength(1);
  });

  it("lets nobody write an AuditEvent", async () => {
    const { json } = await send(AUDITOR, "GET", "/AuditEvent");
    expect(json.resourceType).toBe("Bundle");
    const { json: found } = await send(AUDITOR, "GET", "/AuditEvent?_count=1");
    const [first] = found.entry ?? [];
    const event = first?.resource ?? expect.unreachable("an event of the search before");
    const { id } = event;
    for (const as of [DOCTOR, AUDITOR]) {
      expect((await send(as, "POST", "/AuditEvent", { ...event })).status).toBe(403);
      expect((await send(as, "PUT", `/AuditEvent/${id}`, { ...event })).status).toBeGreaterThan(402);
      await send(as, "DELETE", `/AuditEvent/${id}`);
    }
    expect((await send(AUDITOR, "GET", `/AuditEvent/${id}`)).status).toBe(200);
  });

  it("audits each access once: reads, searches, writes, the refused and the vain", async () => {
    const { json: patient } = await send(DOCTOR, "POST", "/Patient", { resourceType: "Patient" });
    const subject = { reference: `Patient/${patient.id}` };
    const observation = {
      resourceType: "Observation",
      status: "final",
      code: { text: "weight" },
      subject,
    };
    const { json: made } = await send(DOCTOR, "POST", "/Observation", observation);
    await send(DOCTOR, "GET", `/Observation/${made.id}`);
    await send(DOCTOR, "GET", `/Observation?subject=${patient.id}`);
    await send(DOCTOR, "PUT", `/Observation/${made.id}`, { ...observation, id: made.id, status: "amended" });
    await send(DOCTOR, "PUT", `/Observation/${made.id}`, { ...observation, id: made.id, status: "amended" });
    await send(DOCTOR, "DELETE", `/Observation/${made.id}`);
    await send("stranger.TREAT", "GET", `/Patient/${patient.id}`);
    await send("stranger.TREAT", "POST", "/Patient", { resourceType: "Patient" });
    await send(DOCTOR, "GET", "/Patient/none");
    await send(DOCTOR, "POST", "/Observation", "{");
    const [p, o] = [`Patient/${patient.id}`, `Observation/${made.id}`];
    expect(await audited()).toEqual([
      `create 0 ${p} ${p}/_history/1`,
      `create 0 ${p} ${o}/_history/1`,
      `read 0 ${p} ${o}/_history/1`,
      `search 0 ${p} Observation?subject=${patient.id}`,
      `update 0 ${p} ${o}/_history/2`,
      // The same content again made no version.
      `update 0 ${p} ${o}/_history/2`,
      `delete 0 ${o}/_history/3`,
      `read 4 ${p} ${p}`,
      "create 4",
      "read 4 Patient/none Patient/none",
      "create 4",
    ]);
  });

  it("audits a batch and a transaction by entry, and for each patient apart", async () => {
    const create = (fullUrl: string) => ({
      fullUrl,
      resource: { resourceType: "Patient" },
      request: { method: "POST", url: "Patient" },
    });
    const made = await send(DOCTOR, "POST", "", {
      resourceType: "Bundle",
      type: "transaction",
      entry: [
        create("urn:uuid:00000000-0000-4000-8000-000000000001"),
        create("urn:uuid:00000000-0000-4000-8000-000000000002"),
        { request: { method: "GET", url: "Patient" } },
      ],
    });
    expect(made.status).toBe(200);
    const ids = (made.json.entry ?? []).slice(0, 2).map(({ resource }) => resource.id);
    const { json } = await send(DOCTOR, "POST", "", {
      resourceType: "Bundle",
      type: "batch",
      entry: [
        { request: { method: "GET", url: `Patient/${ids[0]}` } },
        { request: { method: "GET", url: "Patient/none" } },
        { request: { method: "DELETE", url: `Patient/${ids[1]}` } },
      ],
    });
    expect(json.entry?.[0]?.response).toMatchObject({
      status: "200",
      lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
    });
    const failed = { resourceType: "Bundle", type: "transaction", entry: [{ request: {} }] };
    expect((await send(DOCTOR, "POST", "", failed)).status).toBe(400);
    const [a, b] = ids.map((id) => `Patient/${id}`);
    const found = await audited();
    // Those of one moment have no order.
    const sorted = (...lines: readonly string[]): readonly string[] => lines.toSorted();
    const created = sorted(`create 0 ${a} ${a}/_history/1`, `create 0 ${b} ${b}/_history/1`);
    expect(sorted(...found.slice(0, 2))).toEqual(created);
    expect(sorted(...found.slice(2, 4))).toEqual(sorted(`search 0 ${a} Patient`, `search 0 ${b} Patient`));
    expect(sorted(...found.slice(4))).toEqual(
      sorted(
        `delete 0 ${b} ${b}/_history/2`,
        `read 0 ${a} ${a}/_history/1`,
        "read 4 Patient/none Patient/none",
        "transaction 4",
      ),
    );
  });

  it("tells nothing that it could not audit", async () => {
    const { json } = await send(DOCTOR, "POST", "/Patient", {
      resourceType: "Patient",
      birthDate: "1950-01-02",
    });
    failing = "fhir.audit";
    const unseen = await send(DOCTOR, "GET", `/Patient/${json.id}`);
    expect([unseen.status, unseen.json.resourceType]).toEqual([503, "OperationOutcome"]);
    expect(JSON.stringify(unseen.json)).not.toContain("1950");
    failing = null;
    expect((await send(DOCTOR, "GET", `/Patient/${json.id}`)).status).toBe(200);
  });

  it("answers what it cannot read with an OperationOutcome that tells nothing of the content", async () => {
    const bad = await send(DOCTOR, "GET", "/Patient/%C3%28");
    expect([bad.status, bad.json.resourceType]).toEqual([400, "OperationOutcome"]);
    const large = await send(DOCTOR, "POST", "/Patient", "x".repeat(33 * 1024 * 1024));
    expect([large.status, large.json.issue[0]?.code]).toEqual([413, "too-long"]);
    const odd = await send(DOCTOR, "PUT", "/metadata");
    expect(odd.json.resourceType).toBe("OperationOutcome");
  });
});

describe("a policy", () => {
  it.each([
    ["fhir.roles", []],
    ["fhir.roles", { "No Role": {} }],
    ["fhir.roles.a.purposes", { a: { read: [], write: [] } }],
    ["fhir.roles.a.purposes", { a: { purposes: ["CURIOSITY"] } }],
    ["fhir.roles.a.more", { a: { purposes: ["TREAT"], more: [] } }],
    ["fhir.roles.a.read[0].types", { a: { purposes: ["TREAT"], read: [{ types: ["Thing"], kinds: "*" }] } }],
    ["fhir.roles.a.write[0].kinds", { a: { purposes: ["TREAT"], write: [{ types: "*", kinds: [] }] } }],
  ])("is refused at %s", (key, value) => {
    expect(() => parsePolicy(value)).toThrow(key);
  });
});
