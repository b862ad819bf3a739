import type { Access } from "@anamnesis/fhir-server/access/access";
import type { TestActor } from "../../testing/custodyWorld.ts";
import { ReceivedWorld } from "./receivedWorld.ts";
import { FULL, type TestFhir } from "./testFhir.ts";

/** A node, and a colleague at it who may do everything with what is the organisation's own and has no consent. */
export interface Side {
  readonly world: ReceivedWorld;
  readonly doctor: TestActor;
  readonly asker: TestFhir;
  readonly ids: Record<string, string>;
  readonly hidden: Record<string, string>;
}

const CODE = { coding: [{ system: "http://loinc.org", code: "29463-7" }] };
const PATIENT = {
  resourceType: "Patient",
  id: "p1",
  identifier: [{ system: "urn:north", value: "secret" }],
  name: [{ family: "Northman" }],
  text: { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml">A patient</div>' },
};
const WEIGHT = {
  resourceType: "Observation",
  id: "o1",
  status: "final",
  code: CODE,
  subject: { reference: "Patient/p1" },
};

/** Where a doctor keeps a patient's records and has written about them, or where nothing was ever received. */
export async function sideOf(isReceived: boolean): Promise<Side> {
  const world = await ReceivedWorld.start();
  const doctor = await world.doctor("doctor");
  const colleague = await world.doctor("colleague");
  const ids: Record<string, string> = {};
  const hidden: Record<string, string> = {};
  const records = [await world.write(PATIENT), await world.write(WEIGHT)];
  const { consent } = await world.custody.consent(doctor);
  const own: Access = FULL;
  if (isReceived) {
    await world.keep(doctor, consent, records);
    const mine = await world.as(doctor);
    for (const [name, type] of [
      ["patient", "Patient"],
      ["weight", "Observation"],
    ] as const) {
      hidden[name] = (await mine.ids(type))[0] ?? "";
    }
    // What the doctor writes about it is the organisation's own; that it is about somebody is not for the colleague.
    ids["note"] = await mine.make({
      resourceType: "Observation",
      status: "final",
      code: { text: "note" },
      subject: { reference: `Patient/${hidden["patient"]}`, display: "Mrs Northman" },
    });
    ids["list"] = await mine.make({
      resourceType: "List",
      status: "current",
      mode: "working",
      entry: [{ item: { reference: `Observation/${hidden["weight"]}` } }],
    });
  } else {
    for (const name of ["patient", "weight"]) hidden[name] = crypto.randomUUID();
    ids["note"] = await world.fhir.make({
      resourceType: "Observation",
      status: "final",
      code: { text: "note" },
    });
    ids["list"] = await world.fhir.make({ resourceType: "List", status: "current", mode: "working" });
  }
  ids["own"] = await world.fhir.make({ resourceType: "Patient", name: [{ family: "Southman" }] });
  return { world, doctor, asker: await world.as(colleague, { own }), ids, hidden };
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the colleague tries; `$name` is an id of the side that is asked. */
export const ASKED: readonly (readonly [string, string, unknown?, Record<string, string>?])[] = [
  ["GET", "Patient/$patient"],
  ["GET", "Patient/$patient", null, { "if-none-match": 'W/"1"' }],
  ["GET", "Patient/$patient/_history"],
  ["GET", "Patient/$patient/_history/1"],
  ["GET", "Patient/$patient/$everything"],
  ["GET", "Patient/$patient/Observation"],
  ["GET", "Patient"],
  ["GET", "Patient?_total=accurate"],
  ["GET", "Patient?identifier=urn:north|secret"],
  ["GET", "Patient?name=north&_summary=count"],
  ["GET", "Patient?_has:Observation:patient:code=29463-7"],
  ["GET", "Patient?_revinclude=Observation:subject"],
  ["GET", "Observation"],
  ["GET", "Observation/$note"],
  ["GET", "Observation/$weight"],
  ["GET", "Observation?subject=Patient/$patient"],
  ["GET", "Observation?subject:missing=true"],
  ["GET", "Observation?subject:Patient.name=north"],
  ["GET", "Observation?_tag=urn:anamnesis:origin|received"],
  ["GET", "Observation?_security=NORDSCLCDS&_total=accurate"],
  ["GET", "Observation?_content=northman&_total=accurate"],
  ["GET", "Observation?_content=mrs"],
  ["GET", "Patient?_content=northman"],
  ["GET", "Patient?_content=secret,southman&_total=accurate"],
  ["GET", "Patient?_text=patient&_summary=count"],
  ["GET", "Observation?_list=$list"],
  ["GET", "Observation?code:not-in=http://hl7.org/fhir/ValueSet/all-types&_total=accurate"],
  ["GET", "Patient?_has:Observation:patient:_content=29463"],
  ["GET", "Observation?subject:Patient._text=patient"],
  ["GET", "Observation?_include=*&_include:iterate=*&_count=1"],
  ["GET", "_history"],
  ["GET", "Observation/_history?_count=1"],
  ["PUT", "Patient/$patient", { resourceType: "Patient", id: "$patient" }],
  ["PUT", "Patient?identifier=urn:north|nobody", { resourceType: "Patient", name: [{ text: "new" }] }],
  ["PATCH", "Observation/$weight", [{ op: "replace", path: "/status", value: "amended" }]],
  ["DELETE", "Observation/$weight"],
  ["DELETE", "Observation?code=29463-7"],
  ["POST", "Observation", { ...WEIGHT, subject: { reference: "Patient/$patient" } }],
  [
    "POST",
    "Patient",
    { resourceType: "Patient", identifier: PATIENT.identifier },
    { "if-none-exist": "identifier=urn:north|secret" },
  ],
];

/** One of them, as it is said to this side. */
export function saidTo(
  { ids, hidden }: Pick<Side, "ids" | "hidden">,
  [method, url, body = null, headers = {}]: (typeof ASKED)[number],
): Asked {
  const fill = (text: string): string =>
    text.replaceAll(/\$(\w+)\b/g, (all, name: string) => ids[name] ?? hidden[name] ?? all);
  const type = method === "PATCH" ? { "content-type": "application/json-patch+json" } : {};
  return {
    method,
    url: fill(url),
    body: body === null ? null : fill(JSON.stringify(body)),
    headers: { ...type, ...headers },
  };
}
