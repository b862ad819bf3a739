import { AnamnesisError } from "@anamnesis/core/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generatePatientBundle } from "../generate/generatePatientBundle.ts";
import { BUNDLE_TYPES, parseBundle } from "./parseBundle.ts";
import { patientOf } from "./patientOf.ts";

const ID = "urn:uuid:0f0e0d0c-0000-4000-8000-000000000001";

function bundle(...entry: readonly unknown[]): string {
  return JSON.stringify({ resourceType: "Bundle", type: "transaction", entry });
}

function observation(more: object): object {
  return { fullUrl: ID, resource: { resourceType: "Observation", ...more } };
}

function failure(act: () => unknown): AnamnesisError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(AnamnesisError);
    return error as AnamnesisError;
  }
  return expect.unreachable("the input was taken");
}

describe("parseBundle", () => {
  it.each(BUNDLE_TYPES)("takes type %s", (type) => {
    const text = JSON.stringify({ resourceType: "Bundle", type, entry: [observation({})] });
    expect(parseBundle(text)).toMatchObject({ type, entries: [{ fullUrl: ID }] });
  });

  it.each([
    ["{", "not-json", { reason: "end", line: 1, column: 2 }],
    ["[]", "not-fhir", { path: "resourceType" }],
    ["3", "not-fhir", { path: "resourceType" }],
    ['{"resourceType":5}', "not-fhir", { path: "resourceType" }],
    ['{"resourceType":"Patient"}', "wrong-resource-type", { path: "resourceType" }],
    ['{"resourceType":"Bundle","type":"transaction-response"}', "wrong-resource-type", { path: "type" }],
    ['{"resourceType":"Bundle","type":"batch"}', "empty-bundle", { path: "entry" }],
    ['{"resourceType":"Bundle","type":"batch","entry":[]}', "empty-bundle", { path: "entry" }],
    ['{"resourceType":"Bundle","type":"batch","entry":{}}', "bad-entry", { reason: "entry", path: "entry" }],
    [bundle(null), "bad-entry", { reason: "entry", path: "entry[0]" }],
    [
      bundle({ request: { method: "DELETE" } }),
      "bad-entry",
      { reason: "resource", path: "entry[0].resource" },
    ],
    [
      bundle({ resource: {} }),
      "bad-entry",
      { reason: "resource-type", path: "entry[0].resource.resourceType" },
    ],
    [bundle(observation({ id: "a b" })), "bad-entry", { reason: "id", path: "entry[0].resource.id" }],
    [bundle(observation({ id: 7 })), "bad-entry", { reason: "id", path: "entry[0].resource.id" }],
    [
      bundle(observation({ meta: { versionId: "" } })),
      "bad-entry",
      { reason: "version", path: "entry[0].resource.meta.versionId" },
    ],
    [
      bundle({ fullUrl: "here", resource: { resourceType: "Patient" } }),
      "bad-entry",
      { reason: "full-url", path: "entry[0].fullUrl" },
    ],
    [
      bundle(observation({}), observation({})),
      "bad-entry",
      { reason: "repeated-full-url", path: "entry[1].fullUrl" },
    ],
    [
      bundle(observation({ performer: [{}, { reference: `${ID.slice(0, -1)}2` }] })),
      "unresolvable-reference",
      { reason: "inside", path: "entry[0].resource.performer[1].reference" },
    ],
    [
      bundle(
        observation({ contained: [{ resourceType: "Patient", id: "q" }], subject: { reference: "#p" } }),
      ),
      "unresolvable-reference",
      { reason: "contained", path: "entry[0].resource.subject.reference" },
    ],
    [
      bundle(observation({ "Jane Doe": { reference: "no kind of reference" } })),
      "unresolvable-reference",
      { reason: "form", path: "entry[0].resource.?.reference" },
    ],
  ])("refuses %s", (text, code, meta) => {
    const error = failure(() => parseBundle(text));
    expect({ code: error.code, meta: error.meta }).toEqual({ code, meta });
  });

  it.each([
    "Patient/1",
    "Patient/1/_history/2",
    "https://example.org/fhir/Patient/1",
    "urn:example:1",
    "Practitioner?identifier=http://example.org|7",
    ID.toUpperCase().replace("URN:UUID", "urn:uuid"),
    "#p",
    "#",
  ])("lets %s stand", (reference) => {
    const contained = [{ resourceType: "Patient", id: "p" }];
    expect(parseBundle(bundle(observation({ contained, subject: { reference } }))).entries).toHaveLength(1);
  });

  it("leaves the references of a Bundle inside the Bundle to it", () => {
    const inner = {
      resourceType: "Bundle",
      type: "document",
      entry: [{ resource: { subject: { reference: "#x" } } }],
    };
    expect(parseBundle(bundle({ resource: inner })).entries).toHaveLength(1);
  });

  it("never throws anything else, nor repeats a value of its input", () => {
    const canary = "CANARY-4711";
    const model = JSON.parse(
      generatePatientBundle({ seed: "canary", encounters: 1, imageWidth: 8 }),
    ) as unknown;
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom<unknown>(canary, null, 4711, [canary], { [canary]: canary }),
        (n, bad) => {
          let left = n % 900;
          // Replaces the n-th value of the tree.
          const spoil = (value: unknown): unknown => {
            if (left-- === 0) return bad;
            if (Array.isArray(value)) return value.map(spoil);
            if (typeof value !== "object" || value === null) return value;
            return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, spoil(member)]));
          };
          try {
            parseBundle(JSON.stringify(spoil(model)));
          } catch (error) {
            expect(error).toBeInstanceOf(AnamnesisError);
            const { message, stack } = error as AnamnesisError;
            expect(`${message} ${stack} ${JSON.stringify(error)}`).not.toMatch(/CANARY|4711/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is linear: eight times the entries take far less than sixty-four times as long", () => {
    const text = (count: number): string =>
      bundle(
        ...Array.from({ length: count }, (_, i) => ({
          fullUrl: `urn:uuid:${i}`,
          resource: {
            resourceType: "Observation",
            contained: Array.from({ length: 5 }, (_, c) => ({ resourceType: "Device", id: `c${c}` })),
            subject: { reference: `urn:uuid:${count - 1 - i}` },
            device: { reference: "#c4" },
          },
        })),
      );
    const time = (input: string): number => {
      const runs = Array.from({ length: 5 }, () => {
        const start = performance.now();
        parseBundle(input);
        return performance.now() - start;
      });
      return Math.min(...runs);
    };
    const [small, large] = [text(1000), text(8000)];
    time(small);
    expect(time(large) / time(small)).toBeLessThan(32);
  });
});

describe("patientOf", () => {
  it("finds the one, none, and refuses two", () => {
    const patient = (id: string): object => ({ resource: { resourceType: "Patient", id } });
    expect(patientOf(parseBundle(bundle(patient("a"), observation({}))))?.resource["id"]).toBe("a");
    expect(patientOf(parseBundle(bundle(observation({}))))).toBeNull();
    const error = failure(() => patientOf(parseBundle(bundle(patient("a"), patient("b")))));
    expect(error.code).toBe("several-patients");
    expect(error.meta).toEqual({ patients: 2 });
  });
});
