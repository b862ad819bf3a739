import { describe, expect, it } from "vitest";
import type { OpenedItem } from "../protocol.ts";
import { ofOnePatient, ofSubject, subjectOf } from "./ofOnePatient.ts";
import { ofOneSegment } from "./ofOneSegment.ts";
import { testItem } from "../../testing/testItem.ts";

let last = 0;

function item(resource: Readonly<Record<string, unknown>> | null, organisation = "north"): OpenedItem {
  last++;
  return testItem({ record: `record-${last}`, organisation, organisationName: organisation, resource });
}

const patient = (id: string, organisation?: string): OpenedItem =>
  item({ resourceType: "Patient", id }, organisation);
const note = (reference: string, organisation?: string): OpenedItem =>
  item({ resourceType: "Observation", subject: { reference } }, organisation);

it("opens a record that two consents to one segment cover once", () => {
  const [both, first, second] = [item(null), item(null), item(null)];
  expect(
    ofOneSegment([
      [both, first],
      [{ ...both }, second],
    ]),
  ).toEqual([both, first, second]);
});

describe("the records of one chart", () => {
  it("are all of a segment that names its patient, and of another what names the same", () => {
    const general = [patient("a"), note("Patient/a"), item(null)];
    const mind = [note("Patient/a"), note("urn:uuid:a")];
    expect(ofOnePatient([general, mind])).toEqual([...general, ...mind]);
  });

  it("never have another person's, whatever was signed together", () => {
    const general = [patient("a"), note("Patient/a")];
    const others = [note("Patient/b"), item({ resourceType: "Observation" }), item(null)];
    expect(ofOnePatient([general, others])).toEqual(general);
  });

  it("are those of the general segment's patient, if another segment has another one", () => {
    const general = [patient("a"), note("Patient/a")];
    const other = [
      { ...patient("b"), kind: "genetic" as const },
      { ...note("Patient/b"), kind: "genetic" as const },
    ];
    expect(ofOnePatient([other, general])).toEqual(general);
  });

  it("have the person's own details that name the patient's record as the same person, and nobody else's", () => {
    const general = [patient("a"), note("Patient/a")];
    const details = (value: string): OpenedItem => {
      const identifier = { system: "urn:anamnesis:record", value };
      const link = [{ other: { identifier }, type: "seealso" }];
      return {
        ...item({ resourceType: "Patient", id: "own", link }, "south"),
        byOwner: true,
        kind: "personal",
      };
    };
    const own = details(general[0]?.record ?? "");
    expect(ofOnePatient([[own], general])).toEqual([own, ...general]);
    expect(ofOnePatient([[details("another")], general])).toEqual(general);
    // Where the general part is not shared, an organisation's Patient says whom it is about.
    const mind = [
      { ...patient("a"), kind: "mental-health" as const },
      { ...note("Patient/a"), kind: "mental-health" as const },
    ];
    const other = details(mind[0]?.record ?? "");
    expect(ofOnePatient([[other], mind])).toEqual([other, ...mind]);
  });

  it("are those that name the very record of the patient, whoever wrote them", () => {
    const general = [patient("a", "north")];
    const [{ record }] = general as [OpenedItem];
    const named = (value: string) =>
      item(
        {
          resourceType: "Condition",
          subject: { reference: "Patient/a", identifier: { system: "urn:anamnesis:record", value } },
        },
        "south",
      );
    const own = named(record);
    expect(ofOnePatient([general, [own, named("another")]])).toEqual([...general, own]);
  });

  it("take the same id at another organisation for somebody else", () => {
    const general = [patient("a", "north")];
    expect(ofOnePatient([general, [note("Patient/a", "south")]])).toEqual(general);
  });

  it("are shown as they are when one segment alone is shared, and not at all when nothing says whose they are", () => {
    const alone = [note("Patient/a")];
    expect(ofOnePatient([alone])).toEqual(alone);
    expect(ofOnePatient([[note("Patient/a")], [note("Patient/a")]])).toEqual([]);
  });

  it("understand every way in which R4 names a patient", () => {
    const general = [patient("a")];
    const named = ["subject", "patient", "beneficiary", "for"].map((field) =>
      item({ resourceType: "Basic", [field]: { reference: "https://north.example/fhir/Patient/a" } }),
    );
    expect(ofOnePatient([general, named])).toHaveLength(5);
    expect(ofOnePatient([general, [item({ resourceType: "Basic", subject: { reference: 5 } })]])).toEqual(
      general,
    );
  });

  it("that come later are of the same person, by what the open ones said of who it is", () => {
    const subject = subjectOf([[note("Patient/a")], [patient("a"), item(null)]], ["mind", "general"]);
    const [same, other, provenance] = [note("Patient/a"), note("Patient/b"), item(null)];
    expect(ofSubject([[same, other], [provenance]], ["mind", "general"], subject)).toEqual([
      same,
      provenance,
    ]);
    expect(ofSubject([[same], [provenance]], ["mind", "general"], null)).toEqual([]);
  });
});
