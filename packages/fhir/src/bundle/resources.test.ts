import { describe, expect, it } from "vitest";
import { memoryIdentities } from "./identities.ts";
import { parseBundle } from "./parseBundle.ts";
import { resourcesOf, type ImportedResource } from "./resources.ts";

const A = "0f0e0d0c-0000-4000-8000-00000000000a";
const B = "0f0e0d0c-0000-4000-8000-00000000000b";

function importText(
  text: string,
  identities = memoryIdentities(),
  system = "http://example.org/his",
): readonly ImportedResource[] {
  return resourcesOf(parseBundle(text), { system, identities });
}

function importEntries(
  entry: readonly unknown[],
  identities = memoryIdentities(),
): readonly ImportedResource[] {
  return importText(JSON.stringify({ resourceType: "Bundle", type: "collection", entry }), identities);
}

function text({ json }: { json: () => Uint8Array }): string {
  return new TextDecoder().decode(json());
}

describe("resourcesOf", () => {
  it("changes references and nothing else, and keeps decimals to the digit", () => {
    const [, observation] = importText(`{"resourceType":"Bundle","type":"transaction","entry":[
      {"fullUrl":"urn:uuid:${A}","resource":{"resourceType":"Patient","id":"${A}"}},
      {"fullUrl":"urn:uuid:${B}","resource":{"resourceType":"Observation","id":"${B}","valueQuantity":{"value":1.00},
        "subject":{"reference":"urn:uuid:${A.toUpperCase()}","display":"x"},"note":[{"text":"urn:uuid:${A}"}]}}]}`);
    expect(text(observation as ImportedResource)).toBe(
      `{"resourceType":"Observation","id":"${B}","valueQuantity":{"value":1.00},"subject":{"reference":"Patient/${A}","display":"x"},"note":[{"text":"urn:uuid:${A}"}]}`,
    );
    expect(observation).toMatchObject({
      sourceKey: `http://example.org/his|Observation/${B}`,
      patient: `Patient/${A}`,
    });
  });

  it("takes the id from the resource, else the fullUrl, else the content", () => {
    const nameless = { resourceType: "Basic", code: { text: "x" } };
    const records = importEntries([
      { fullUrl: `urn:uuid:${A}`, resource: { resourceType: "Basic", id: "own" } },
      { fullUrl: `urn:uuid:${A.replace("0f", "1f")}`, resource: { resourceType: "Basic" } },
      { fullUrl: "http://example.org/fhir/Basic/77", resource: { resourceType: "Basic" } },
      { fullUrl: `urn:oid:2.999.${"1.".repeat(40)}1`, resource: { resourceType: "Basic" } },
      { resource: nameless },
    ]);
    const ids = records.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(["own", A.replace("0f", "1f"), "77"]);
    expect(ids[3]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(records.map(({ resource }) => resource["id"])).toEqual(ids);
    // Alone, at another place, and with its names in another order it is the same resource.
    const [alone] = importEntries([{ resource: { code: { text: "x" }, resourceType: "Basic" } }]);
    expect(alone?.id).toBe(ids[4]);
    expect(alone?.versionKey).toBe(records[4]?.versionKey);
  });

  it("gives the version of the source, else the hash of the content", () => {
    const [versioned, plain] = importEntries([
      { resource: { resourceType: "Basic", id: "1", meta: { versionId: "3" } } },
      { resource: { resourceType: "Basic", id: "2" } },
    ]);
    expect(versioned?.versionKey).toBe("version:3");
    expect(plain?.versionKey).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("makes an organisation that many bundles repeat one, and leads references there", () => {
    const identities = memoryIdentities();
    const identifier = [{ system: "http://example.org/org", value: "42" }];
    const first = importEntries(
      [{ fullUrl: `urn:uuid:${A}`, resource: { resourceType: "Organization", identifier, name: "one" } }],
      identities,
    );
    const second = importEntries(
      [
        {
          fullUrl: `urn:uuid:${B}`,
          resource: { resourceType: "Organization", id: "9", identifier, name: "one" },
        },
        {
          resource: {
            resourceType: "Encounter",
            id: "e",
            serviceProvider: { reference: `urn:uuid:${B}` },
            participant: [
              { individual: { reference: "Organization/9/_history/2" } },
              { individual: { reference: "Organization?identifier=http://example.org/org|42" } },
              { individual: { reference: "Organization?identifier=http://example.org/org|43" } },
            ],
          },
        },
      ],
      identities,
    );
    expect(first[0]?.id).toBe(A);
    expect(second[0]).toMatchObject({
      id: A,
      sourceKey: first[0]?.sourceKey,
      versionKey: first[0]?.versionKey,
    });
    expect(second[1]?.resource).toMatchObject({
      serviceProvider: { reference: `Organization/${A}` },
      participant: [
        { individual: { reference: `Organization/${A}/_history/2` } },
        { individual: { reference: `Organization/${A}` } },
        { individual: { reference: "Organization?identifier=http://example.org/org|43" } },
      ],
    });
  });

  it("does not match patients, withdrawn identifiers or other types", () => {
    const identities = memoryIdentities();
    const identifier = [{ system: "s", value: "1" }];
    const entry = (resourceType: string, id: string, use?: string): object => ({
      resource: { resourceType, id, identifier: identifier.map((one) => ({ ...one, use })) },
    });
    importEntries(
      [entry("Patient", "a"), entry("Organization", "b"), entry("Practitioner", "c", "old")],
      identities,
    );
    const ids = importEntries(
      [entry("Patient", "x"), entry("Organization", "y", "old"), entry("Practitioner", "z")],
      identities,
    ).map(({ id }) => id);
    expect(ids).toEqual(["x", "y", "z"]);
  });

  it("keeps two practitioners of one bundle apart who share a placeholder for an identifier", () => {
    const identifier = [{ system: "http://hl7.org/fhir/sid/us-npi", value: "0" }];
    const practitioner = (id: string): object => ({
      resource: { resourceType: "Practitioner", id, identifier },
    });
    expect(importEntries([practitioner("a"), practitioner("b")]).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("rewrites an attachment's address, and neither extensions nor a resource's own url", () => {
    const [, document] = importEntries([
      {
        fullUrl: `urn:uuid:${A}`,
        resource: { resourceType: "Binary", contentType: "image/png", data: "AA==" },
      },
      {
        resource: {
          resourceType: "DocumentReference",
          id: "d",
          url: `urn:uuid:${A}`,
          extension: [{ url: "http://example.org/x" }],
          content: [{ attachment: { url: `urn:uuid:${A}` } }],
        },
      },
    ]);
    expect(document?.resource).toMatchObject({
      url: `urn:uuid:${A}`,
      extension: [{ url: "http://example.org/x" }],
      content: [{ attachment: { url: `Binary/${A}` } }],
    });
  });

  it("leaves exact repetitions out and keeps versions apart", () => {
    const version = (versionId: string): object => ({
      resource: { resourceType: "Basic", id: "1", meta: { versionId } },
    });
    expect(
      importEntries([version("1"), version("2"), version("1")]).map(({ versionKey }) => versionKey),
    ).toEqual(["version:1", "version:2"]);
  });
});
