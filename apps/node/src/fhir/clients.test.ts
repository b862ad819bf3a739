import { Client as KitClient } from "fhir-kit-client";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeTestDatabases, releaseTestDatabases } from "../indexer/testing/testDatabase.ts";
import { startTestEndpoint, type TestEndpoint } from "./testing/testEndpoint.ts";

let endpoint: TestEndpoint;

beforeEach(async () => {
  endpoint = await startTestEndpoint();
});
afterEach(async () => {
  await endpoint.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

/** What is used of `fhirclient`; its own types would bring those of browsers into the whole project. */
interface SmartClient {
  create<T>(resource: object): Promise<T>;
  request<T>(address: string, options?: object): Promise<T>;
}
interface SmartModule {
  readonly default: (
    request: object,
    response: object,
    storage: object,
  ) => {
    client(state: object): SmartClient;
  };
}
const SMART: string = "fhirclient";

const TOKEN = "practitioner.TREAT";
const weight = (patient: string, value: number) => ({
  resourceType: "Observation",
  status: "final",
  code: { coding: [{ system: "http://loinc.org", code: "29463-7" }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: "2026-01-02",
  valueQuantity: { value, unit: "kg", system: "http://unitsofmeasure.org", code: "kg" },
});

interface Found {
  readonly resourceType: string;
  readonly id: string;
  readonly total?: number;
  readonly status?: string;
  readonly meta?: { readonly versionId: string };
  readonly entry?: readonly { readonly resource: Found; readonly response?: { readonly status: string } }[];
}

describe("fhir-kit-client", () => {
  it("creates, reads, searches through all pages, updates, patches, deletes, and sends a transaction", async () => {
    const client = new KitClient({ baseUrl: endpoint.url, bearerToken: TOKEN });
    const body = <T>(value: T): never => value as never;
    const patient = (await client.create({
      resourceType: "Patient",
      body: body({ resourceType: "Patient", name: [{ family: "Kit" }] }),
    })) as unknown as Found;
    for (const value of [70, 71, 72]) {
      await client.create({ resourceType: "Observation", body: body(weight(patient.id, value)) });
    }
    let page = (await client.search({
      resourceType: "Observation",
      searchParams: { subject: `Patient/${patient.id}`, _count: 2, _sort: "_lastUpdated" },
    })) as unknown as Found;
    const ids = new Set((page.entry ?? []).map(({ resource }) => resource.id));
    page = (await client.nextPage({ bundle: page as never })) as unknown as Found;
    for (const { resource } of page.entry ?? []) ids.add(resource.id);
    expect(ids.size).toBe(3);

    const [id = ""] = ids;
    const changed = { ...weight(patient.id, 73), id };
    const updated = (await client.update({
      resourceType: "Observation",
      id,
      body: body(changed),
    })) as unknown as Found;
    expect(updated.meta?.versionId).toBe("2");
    const patched = (await client.patch({
      resourceType: "Observation",
      id,
      jsonPatch: [{ op: "replace", path: "/status", value: "amended" }],
    })) as unknown as Found;
    expect(patched.status).toBe("amended");
    const past = (await client.vread({ resourceType: "Observation", id, version: "1" })) as unknown as Found;
    expect(past.status).toBe("final");
    const history = (await client.history({ resourceType: "Observation", id })) as unknown as Found;
    expect(history.entry).toHaveLength(3);
    await client.delete({ resourceType: "Observation", id });
    await expect(client.read({ resourceType: "Observation", id })).rejects.toMatchObject({
      response: { status: 410 },
    });

    const sent = (await client.transaction({
      body: body({
        resourceType: "Bundle",
        type: "transaction",
        entry: [
          {
            fullUrl: "urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d",
            resource: { resourceType: "Patient" },
            request: { method: "POST", url: "Patient" },
          },
        ],
      }),
    })) as unknown as Found;
    expect(sent.entry?.[0]?.response?.status).toBe("201");
    const everything = (await client.operation({
      name: "$everything",
      resourceType: "Patient",
      id: patient.id,
      method: "GET",
    })) as unknown as Found;
    expect(everything.entry).toHaveLength(3);
    const capabilities = (await client.capabilityStatement()) as unknown as Found;
    expect(capabilities.resourceType).toBe("CapabilityStatement");
  });
});

describe("fhirclient", () => {
  it("creates, reads, resolves references, walks through pages and tells of refusals", async () => {
    const storage = {
      get: () => Promise.resolve(undefined),
      set: <T>(_key: string, value: T) => Promise.resolve(value),
      unset: () => Promise.resolve(true),
    };
    const { default: smart } = (await import(SMART)) as SmartModule;
    const api = smart({ headers: {} }, {}, storage);
    const client = api.client({ serverUrl: endpoint.url, tokenResponse: { access_token: TOKEN } });
    const patient = await client.create<Found>({ resourceType: "Patient", name: [{ family: "Smart" }] });
    for (const value of [70, 71, 72]) await client.create(weight(patient.id, value));
    const resources = await client.request<readonly Found[]>(
      `Observation?subject=Patient/${patient.id}&_count=1`,
      { pageLimit: 0, flat: true, resolveReferences: ["subject"] },
    );
    expect(resources).toHaveLength(3);
    expect(resources[0]).toMatchObject({ subject: { id: patient.id } });
    await expect(client.request("Patient/none")).rejects.toMatchObject({ statusCode: 404 });
    const stranger = api.client({ serverUrl: endpoint.url, tokenResponse: { access_token: "no token" } });
    await expect(stranger.request("Patient")).rejects.toThrow();
  });
});
