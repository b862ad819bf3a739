import type { OpenedItem } from "../worker/protocol.ts";

/** An opened record of which a test says what matters to it. */
export function testItem(change: Partial<OpenedItem>): OpenedItem {
  return {
    record: "r1",
    kind: "general",
    organisation: "north",
    organisationName: "North",
    day: 0,
    mediaType: "application/fhir+json",
    resource: {},
    bytes: null,
    amends: null,
    byOwner: false,
    author: null,
    attributes: { resourceType: "Basic", from: null, to: null, labels: [] },
    cosign: null,
    proof: null,
    ...change,
  };
}
