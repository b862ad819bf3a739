import { hasCode } from "@anamnesis/core/errors";
import type { Consent } from "@anamnesis/core/consent/consent";
import { describe, expect, it } from "vitest";
import { consentFromFhir } from "./consentFromFhir.ts";
import {
  firstDifference,
  signedConsentToFhir,
  sourceOf,
  splitDelivery,
  withDelivery,
} from "./signedConsent.ts";

const hex = (length: number, digit: string): never => `0x${digit.repeat(2 * length)}` as never;

const VALUE: Consent = {
  body: {
    segment: hex(32, "1"),
    grantee: hex(32, "2"),
    granteeName: "Dr. Ada",
    granteeKeys: hex(32, "3"),
    resourceTypes: ["*"],
    actions: ["read"],
    purposes: ["TREAT"],
    dataFrom: null,
    dataTo: null,
    exceptions: [{ resourceTypes: ["Condition"], actions: [], purposes: [], dataFrom: null, dataTo: null }],
    notBefore: 1_700_000_000 as never,
    notAfter: 1_800_000_000 as never,
    salt: new Uint8Array(32).fill(7),
    revoker: hex(20, "4"),
  },
  signature: new Uint8Array(65).fill(9),
};
const AT = { organisation: hex(32, "5"), dateTime: "2026-01-01T00:00:00Z" } as const;
const DELIVERY = { registration: new Uint8Array(65).fill(1), grant: new Uint8Array([1, 2, 3]) };

describe("a signed consent as a FHIR Consent", () => {
  it("gives document, body and delivery back", () => {
    const resource = signedConsentToFhir(VALUE, AT);
    const { resource: rest, delivery } = splitDelivery(withDelivery(resource, DELIVERY));
    expect(rest).toEqual(resource);
    expect(delivery).toEqual(DELIVERY);
    expect(sourceOf(rest)).toEqual(VALUE);
    const read = consentFromFhir(rest);
    expect(read.kind === "consent" && read.body).toEqual(VALUE.body);
    expect(firstDifference(signedConsentToFhir(sourceOf(rest), AT), rest, "Consent")).toBeNull();
  });

  it.each<[string, object, string]>([
    ["another grantee's name", { provision: { type: "permit" } }, "Consent.provision.period"],
    ["a narrative", { text: { status: "generated", div: "<div>everything</div>" } }, "Consent"],
    ["a second performer", { performer: [{ display: "x" }, { display: "y" }] }, "Consent.performer"],
    ["another organisation", { organization: [{ display: "x" }] }, "Consent.organization[0]"],
    ["an element beside a primitive", { _status: { extension: [] } }, "Consent"],
    ["no category", { category: undefined }, "Consent.category"],
  ])("shows %s", (_what, changes, path) => {
    const given = JSON.parse(JSON.stringify({ ...signedConsentToFhir(VALUE, AT), ...changes })) as unknown;
    expect(firstDifference(signedConsentToFhir(VALUE, AT), given, "Consent")).toBe(path);
  });

  it.each(["twice", "with something else in it"])("takes no delivery %s", (what) => {
    const once = withDelivery(signedConsentToFhir(VALUE, AT), DELIVERY);
    const extension = once["extension"] as { extension?: object[] }[];
    const odd =
      what === "twice"
        ? withDelivery(once, DELIVERY)
        : {
            ...once,
            extension: extension.map((one) =>
              one.extension === undefined ? one : { ...one, extension: [...one.extension, { url: "more" }] },
            ),
          };
    let caught: unknown;
    try {
      splitDelivery(odd);
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, "not-representable")).toBe(true);
  });
});
