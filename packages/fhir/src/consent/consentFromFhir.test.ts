import type { ConsentBody } from "@anamnesis/core/consent/consent";
import { ACTIONS, type Exception, PURPOSES } from "@anamnesis/core/consent/terms";
import { hasCode } from "@anamnesis/core/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../json/parseJson.ts";
import type { Resource } from "../resource.ts";
import { FIRST_DAY, LAST_DAY } from "./consentElements.ts";
import { consentFromFhir } from "./consentFromFhir.ts";
import { consentToFhir, proposalToFhir } from "./consentToFhir.ts";

// The brands say where a value came from; here all come from the generators.
const bytes = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((value) => `0x${Buffer.from(value).toString("hex")}`) as fc.Arbitrary<never>;
const dayNumber = fc.option(fc.integer({ min: FIRST_DAY, max: LAST_DAY })) as fc.Arbitrary<never>;
const seconds = fc.nat({ max: (LAST_DAY + 1) * 86_400 - 1 }) as fc.Arbitrary<never>;
const TYPES = ["Observation", "Condition", "Patient", "MedicationRequest"];
const exceptions = fc.array(
  fc.record<Exception>({
    resourceTypes: fc.subarray(TYPES),
    actions: fc.subarray([...ACTIONS]),
    purposes: fc.subarray([...PURPOSES]),
    dataFrom: dayNumber,
    dataTo: dayNumber,
  }),
  { maxLength: 8 },
);
const bodies = fc.record<ConsentBody>({
  segment: bytes(32),
  grantee: bytes(32),
  granteeName: fc.string({ unit: "grapheme", maxLength: 40 }),
  granteeKeys: bytes(32),
  resourceTypes: fc.oneof(fc.constant(["*"]), fc.subarray(TYPES, { minLength: 1 })),
  actions: fc.subarray([...ACTIONS], { minLength: 1 }),
  purposes: fc.subarray([...PURPOSES], { minLength: 1 }),
  dataFrom: dayNumber,
  dataTo: dayNumber,
  exceptions,
  notBefore: seconds,
  notAfter: seconds,
  salt: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  revoker: bytes(20),
});

/** Resources written down without the mapping, as another system would. */
const isoDate = fc
  .integer({ min: FIRST_DAY, max: LAST_DAY })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const isoTime = fc
  .nat({ max: 4_000_000_000 })
  .map((at) => `${new Date(at * 1000).toISOString().slice(0, 19)}Z`);
const coding = (system: string, codes: readonly string[]) =>
  fc.subarray([...codes], { minLength: 1 }).map((chosen) => chosen.map((code) => ({ system, code })));
const purpose = coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", PURPOSES);
const resourceClass = coding("http://hl7.org/fhir/resource-types", TYPES);
const action = coding("http://terminology.hl7.org/CodeSystem/consentaction", ["access", "disclose"]).map(
  (codings) => codings.map((one) => ({ coding: [one] })),
);
const dataPeriod = fc.oneof(
  fc.record({ start: isoDate, end: isoDate }),
  fc.record({ start: isoDate }),
  fc.record({ end: isoDate }),
);
const denied = fc.record(
  { type: fc.constant("deny"), action, purpose, class: resourceClass, dataPeriod },
  { requiredKeys: ["type"] },
);
const IRCP = { system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "IRCP" };
const references = fc.oneof(
  fc.record({ reference: fc.constantFrom("Patient/1", "Practitioner/2") }),
  fc.record({ identifier: fc.record({ system: fc.webUrl(), value: fc.string({ minLength: 1 }) }) }),
);
const resources = fc.record(
  {
    resourceType: fc.constant("Consent"),
    id: fc.constant("example"),
    meta: fc.constant({ versionId: "1" }),
    dateTime: isoDate,
    policy: fc.constant([{ uri: "http://example.org/policy" }]),
    status: fc.constantFrom("draft", "proposed", "active"),
    scope: fc.constant({
      coding: [{ system: "http://terminology.hl7.org/CodeSystem/consentscope", code: "patient-privacy" }],
    }),
    category: fc.constant([{ coding: [{ system: "http://loinc.org", code: "59284-0" }] }]),
    patient: references,
    provision: fc.record(
      {
        type: fc.constant("permit"),
        period: fc.record({ start: isoTime, end: isoTime }),
        actor: references.map((reference) => [{ role: { coding: [IRCP] }, reference }]),
        action,
        purpose,
        class: resourceClass,
        dataPeriod,
        provision: fc.array(denied, { minLength: 1, maxLength: 8 }),
      },
      { requiredKeys: ["type", "period", "actor", "action", "purpose"] },
    ),
  },
  { requiredKeys: ["resourceType", "status", "scope", "category", "patient", "provision"] },
);

function writeBack(resource: unknown): Resource {
  const read = consentFromFhir(resource);
  return read.kind === "consent"
    ? consentToFhir(read.body, read.envelope)
    : proposalToFhir(read.proposal, read.envelope);
}

/** Path of the refusal, `null` when it was taken. */
function refusedAt(resource: unknown): string | null {
  try {
    consentFromFhir(resource);
    return null;
  } catch (error) {
    if (!hasCode(error, "not-representable")) throw error;
    return String(error.meta["path"]);
  }
}

const EXAMPLE = fc.sample(bodies, { numRuns: 1, seed: 7 })[0] as ConsentBody;
const example = (): Resource =>
  structuredClone(
    consentToFhir({
      ...EXAMPLE,
      resourceTypes: ["Observation"],
      actions: ["read"],
      purposes: ["TREAT"],
      dataFrom: 1 as never,
      exceptions: [
        { resourceTypes: [], actions: [], purposes: ["HRESCH"], dataFrom: null, dataTo: 3 as never },
      ],
    }),
  );

/** Sets what stands at a path of names and indexes; `undefined` takes it away. */
function changed(path: string, value: unknown): unknown {
  const resource: unknown = example();
  const names = path.split(".");
  const last = names.pop() as string;
  let at = resource as Record<string, unknown>;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return resource;
}

describe("a consent as a FHIR Consent", () => {
  it("comes back as the very same body", () => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(consentFromFhir(consentToFhir(body))).toEqual({ kind: "consent", body, envelope: {} });
      }),
    );
  });

  it("comes back from its text too, with what stands around it", () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const envelope = { id: "example", dateTime: "2026-01-01", policy: [{ uri: "http://example.org" }] };
        const text = JSON.stringify(consentToFhir(body, envelope));
        expect(consentFromFhir(parseJson(text))).toEqual({ kind: "consent", body, envelope });
      }),
    );
  });

  it("is a proposal without the binding, and goes back as it came", () => {
    fc.assert(
      fc.property(resources, (resource) => {
        expect(consentFromFhir(resource).kind).toBe("proposal");
        expect(writeBack(resource)).toEqual(resource);
      }),
    );
  });

  it("refuses what FHIR cannot write", () => {
    const late = { ...EXAMPLE, notAfter: (LAST_DAY + 1) * 86_400 } as ConsentBody;
    const early = { ...EXAMPLE, dataFrom: FIRST_DAY - 1 } as ConsentBody;
    const mixed = { ...EXAMPLE, resourceTypes: ["*", "Patient"] };
    const pathOf = (body: ConsentBody): unknown => {
      try {
        return consentToFhir(body);
      } catch (error) {
        return hasCode(error, "not-representable") ? error.meta["path"] : error;
      }
    };
    expect(pathOf(late)).toBe("Consent.provision.period.end");
    expect(pathOf(early)).toBe("Consent.provision.dataPeriod.start");
    expect(pathOf(mixed)).toBe("Consent.provision.class");
  });

  it("drops nothing: an element more, anywhere but around it, is refused at its place", () => {
    const objects: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (Array.isArray(value)) return value.forEach((item, i) => visit(item, `${path}.${i}`));
      if (typeof value !== "object" || value === null) return;
      objects.push(path);
      for (const [name, item] of Object.entries(value)) visit(item, `${path}.${name}`);
    };
    visit(example(), "");
    expect(objects.length).toBeGreaterThan(20);
    for (const path of objects) {
      const place = `Consent${path.replace(/\.(\d+)/g, "[$1]")}`;
      const at = (name: string): string => `${path}.${name}`.slice(1);
      expect(refusedAt(changed(at("modifierExtension"), []))).toBe(`${place}.modifierExtension`);
      // A name that is no element of FHIR could be anybody's data: the place around it is told.
      expect(refusedAt(changed(at("somebody"), true))).toBe(place);
    }
  });

  it("keeps the meaning of times with an offset and of codes with words", () => {
    const offset = consentFromFhir(changed("provision.period.start", "2026-01-01T01:30:00+01:30"));
    expect(offset.kind === "consent" && offset.body.notBefore).toBe(Date.UTC(2026, 0, 1) / 1000);
    expect(refusedAt(changed("provision.purpose.0.display", "treatment"))).toBe(null);
  });

  it.each([
    ["status", "rejected", "Consent.status"],
    ["status", "draft", "Consent.status"],
    ["scope.coding.0.code", "research", "Consent.scope.coding[0].code"],
    ["category.0.coding.0.system", "http://example.org", "Consent.category[0].coding[0].system"],
    ["category", [], "Consent.category"],
    ["implicitRules", "http://example.org", "Consent.implicitRules"],
    ["contained", [], "Consent.contained"],
    ["policyRule", {}, "Consent.policyRule"],
    ["verification", [], "Consent.verification"],
    ["patient", { reference: "Patient/1" }, "Consent.patient.reference"],
    ["patient.identifier.value", "1", "Consent.patient.identifier.value"],
    ["extension.0.url", "http://example.org/other", "Consent.extension[0]"],
    ["extension.0.extension.1.valueString", "0x00", "Consent.extension[0].extension[1].valueString"],
    ["extension.0.extension", [], "Consent.extension[0].extension"],
    ["provision", undefined, "Consent.provision"],
    ["provision.type", "deny", "Consent.provision.type"],
    ["provision.securityLabel", [], "Consent.provision.securityLabel"],
    ["provision.code", [], "Consent.provision.code"],
    ["provision.data", [], "Consent.provision.data"],
    ["provision.actor", undefined, "Consent.provision.actor"],
    ["provision.actor.0.role.coding.0.code", "PRCP", "Consent.provision.actor[0].role.coding[0].code"],
    [
      "provision.actor.0.reference.identifier.system",
      "x",
      "Consent.provision.actor[0].reference.identifier.system",
    ],
    ["provision.action.0.coding.0.code", "correct", "Consent.provision.action[0].coding[0].code"],
    ["provision.purpose", undefined, "Consent.provision.purpose"],
    ["provision.purpose.0.code", "BTG", "Consent.provision.purpose[0].code"],
    ["provision.class.0.system", "urn:ietf:bcp:13", "Consent.provision.class[0].system"],
    ["provision.class.0.code", "*", "Consent.provision.class[0].code"],
    ["provision.period", undefined, "Consent.provision.period"],
    ["provision.period.end", undefined, "Consent.provision.period.end"],
    ["provision.period.end", "2026-01-01", "Consent.provision.period.end"],
    ["provision.period.end", "2026-01-01T00:00:00.5Z", "Consent.provision.period.end"],
    ["provision.period.end", "2026-02-30T00:00:00Z", "Consent.provision.period.end"],
    ["provision.dataPeriod", {}, "Consent.provision.dataPeriod"],
    ["provision.dataPeriod.start", "2026", "Consent.provision.dataPeriod.start"],
    ["provision.dataPeriod.start", "2026-01-01T00:00:00Z", "Consent.provision.dataPeriod.start"],
    ["provision.provision.0.type", "permit", "Consent.provision.provision[0].type"],
    ["provision.provision.0.actor", [], "Consent.provision.provision[0].actor"],
    ["provision.provision.0.period", {}, "Consent.provision.provision[0].period"],
    ["provision.provision.0.provision", [], "Consent.provision.provision[0].provision"],
    [
      "provision.provision",
      Array.from({ length: 9 }, () => ({ type: "deny" })),
      "Consent.provision.provision",
    ],
  ])("refuses %s = %j at its place", (path, value, place) => {
    expect(refusedAt(changed(path, value))).toBe(place);
  });

  it("reads no other resource", () => {
    for (const other of [null, [], { resourceType: "Patient" }]) {
      expect(() => consentFromFhir(other)).toThrow(
        expect.objectContaining({ code: "wrong-resource-type" }) as Error,
      );
    }
  });
});
