import { textsOf, elementOf, elementsOf, textOf } from "./readElement.ts";
import type { Chart, Item } from "./chartOf.ts";
import { conceptOf, conceptsOf, hasCode, LOINC, lookUp } from "./conceptOf.ts";
import type { MeaningWords } from "../words/meaning.en.ts";
import { specimenOf } from "./specimenOf.ts";
import { LOINC_NAMES, type Specimen } from "./tables/loinc.ts";
import { dayOf, whenOf } from "./when.ts";
import { encounterOf, isOwn, whoAndWhere } from "./whoAndWhere.ts";

/** Items that tell of one happening. */
export interface Happening {
  readonly id: string;
  readonly form: "visit" | "results" | "measurements" | "one";
  /** The visit, the report, or the only one. */
  readonly lead: Item;
  /** All of it, the lead too. */
  readonly items: readonly Item[];
  readonly specimen: Specimen | null;
}

/** They describe who, where and with what, or how a record came to be: nothing that happened to the patient. */
const SILENT: ReadonlySet<string> = new Set(
  (
    "Account AuditEvent Basic Binary Bundle CareTeam Consent Coverage Device DeviceDefinition Endpoint Group " +
    "HealthcareService InsurancePlan List Location Medication MessageHeader OperationOutcome Organization " +
    "OrganizationAffiliation Parameters Patient Person Practitioner PractitionerRole Provenance RelatedPerson Schedule " +
    "Slot Specimen Subscription Substance Task"
  ).split(" "),
);

const BILLS: ReadonlySet<string> = new Set(["Claim", "ClaimResponse", "ExplanationOfBenefit"]);
const OWN_ENTRY: ReadonlySet<string> = new Set(["ImagingStudy"]);

/** HL7 v2 table 0074 and LOINC part LP29693-6: sections of a laboratory. */
const LABORATORY = [
  "LAB",
  "laboratory",
  "HM",
  "CH",
  "MB",
  "SR",
  "IMM",
  "BLB",
  "TX",
  "VR",
  "LP29693-6",
  "26436-6",
];

interface Draft {
  readonly form: Happening["form"];
  lead: Item;
  readonly items: Item[];
  readonly specimen: Specimen | null;
}

/** Puts together what belongs to one happening; every item that tells of one is in exactly one. */
export function happeningsOf(chart: Chart, words: MeaningWords): readonly Happening[] {
  const reports = reportsOfResults(chart);
  const tests = new Map<Item, TestId>();
  const drafts = new Map<string, Draft>();
  const put = (id: string, form: Happening["form"], item: Item, specimen: Specimen | null = null): void => {
    const draft = drafts.get(id);
    if (draft === undefined) drafts.set(id, { form, lead: item, items: [item], specimen });
    else {
      draft.items.push(item);
      if (leads(item) && !leads(draft.lead)) draft.lead = item;
    }
  };
  for (const item of chart.items) {
    if (SILENT.has(item.type) || isCancelledResult(item)) continue;
    const report = reports.get(item);
    if (item.type === "Encounter") put(`visit:${item.key}`, "visit", item);
    else if (report !== undefined && isOneEntry(report)) put(`one:${report.key}`, "one", item);
    else if (isLaboratory(report ?? item)) putResult(put, report ?? item, item, tests, chart, words);
    else placeOther(put, item, chart);
  }
  placeBills(drafts, chart);
  return [...drafts].map(([id, draft]) => ({ id, ...draft }));
}

/** A bill of another sensitivity than its visit goes to what it bills there, so that it is no entry of its own. */
function placeBills(drafts: Map<string, Draft>, chart: Chart): void {
  for (const [id, { form, lead, items }] of drafts) {
    if (form !== "one" || !BILLS.has(lead.type)) continue;
    const visit = visitOf(lead, chart);
    if (visit === null) continue;
    const billed = [...drafts.values()].find((draft) => {
      return (
        draft.form === "one" &&
        !BILLS.has(draft.lead.type) &&
        draft.lead.kind === lead.kind &&
        visitOf(draft.lead, chart) === visit
      );
    });
    if (billed === undefined) continue;
    billed.items.push(...items);
    drafts.delete(id);
  }
}

type Put = (id: string, form: Happening["form"], item: Item, specimen?: Specimen | null) => void;

function leads({ type }: Item): boolean {
  return type === "Encounter" || type === "DiagnosticReport";
}

/** Which report holds an observation together with others. */
function reportsOfResults(chart: Chart): ReadonlyMap<Item, Item> {
  const found = new Map<Item, Item>();
  for (const item of chart.items) {
    if (item.type !== "DiagnosticReport" || isCancelledResult(item)) continue;
    for (const reference of elementsOf(item.resource, "result")) {
      const result = chart.itemOf(reference, item.resource);
      if (result !== null && !found.has(result) && sameArea(result, item)) found.set(result, item);
    }
  }
  return found;
}

/** What is sensitive never stands within an entry that is not. */
function sameArea(member: Item, whole: Item): boolean {
  return member.kind === whole.kind || member.kind === "general";
}

function isCancelledResult({ type, resource }: Item): boolean {
  return (
    (type === "Observation" || type === "DiagnosticReport") && textOf(resource, "status") === "cancelled"
  );
}

/** A report of something else than a laboratory: images, a heart tracing, a tissue. */
function isOneEntry(report: Item): boolean {
  return !isLaboratory(report);
}

export function isLaboratory({ type, resource }: Item): boolean {
  if (type !== "Observation" && type !== "DiagnosticReport") return false;
  const categories = conceptsOf(resource, "category");
  if (categories.some((category) => hasCode(category, ...LABORATORY))) return true;
  const plain = textsOf(resource, "category").includes("laboratory");
  if (plain || categories.some(({ codes }) => codes.length > 0)) return plain;
  const known = lookUp(conceptOf(elementOf(resource, "code")), LOINC_NAMES, LOINC);
  return known !== null && known.specimen !== "none";
}

/** Results of one report, or of one day and place, of the same specimen: one test. */
function putResult(
  put: Put,
  whole: Item,
  item: Item,
  tests: Map<Item, TestId>,
  chart: Chart,
  words: MeaningWords,
): void {
  const test = tests.get(whole) ?? testOf(whole, chart, words);
  tests.set(whole, test);
  put(test.id, "results", item, test.specimen);
}

interface TestId {
  readonly id: string;
  readonly specimen: Specimen | null;
}

function testOf(whole: Item, chart: Chart, words: MeaningWords): TestId {
  const specimen = specimenOfTest(whole, chart);
  const when = whenOf(whole.resource);
  const { where } = whoAndWhere(whole.resource, chart, words);
  // Without a day or a specimen nothing says that two reports are of one test.
  const id =
    when === null || when.precision === "year" || when.precision === "month" || specimen === null
      ? `results:${whole.key}`
      : `results:${dayOf(when)}:${specimen}:${whole.kind}:${where ?? ""}`;
  return { id, specimen };
}

function specimenOfTest({ type, resource }: Item, chart: Chart): Specimen | null {
  const own = specimenOf(resource, chart);
  if (own !== null || type !== "DiagnosticReport") return own;
  const found = elementsOf(resource, "result").flatMap((reference) => {
    const result = chart.itemOf(reference, resource);
    return result === null ? [] : (specimenOf(result.resource, chart) ?? []);
  });
  return found.length > 0 && found.every((specimen) => specimen === found[0]) ? (found[0] ?? null) : null;
}

function placeOther(put: Put, item: Item, chart: Chart): void {
  const visit = visitOf(item, chart);
  if (
    visit !== null &&
    sameArea(item, visit) &&
    !OWN_ENTRY.has(item.type) &&
    item.type !== "DiagnosticReport"
  ) {
    put(`visit:${visit.key}`, "visit", item);
  } else if (item.type === "Observation") {
    const when = whenOf(item.resource);
    const own = isOwn(item.resource, chart) || item.kind === "personal";
    put(
      when === null
        ? `measured:${item.key}`
        : `measured:${dayOf(when)}:${item.kind}:${item.author}:${own ? "own" : (visit?.key ?? "")}`,
      "measurements",
      item,
    );
  } else if (item.type === "AllergyIntolerance") {
    const when = whenOf(item.resource);
    put(
      when === null ? `one:${item.key}` : `allergies:${dayOf(when)}:${item.kind}:${item.author}`,
      "one",
      item,
    );
  } else put(`one:${item.key}`, "one", item);
}

/** The visit in which something was done, written, or which it bills. */
function visitOf(item: Item, chart: Chart): Item | null {
  const { resource, type } = item;
  const direct = chart.itemOf(encounterOf(resource), resource);
  if (direct !== null) return direct.type === "Encounter" ? direct : null;
  if (type === "Media") {
    const part = chart.itemOf(elementOf(resource, "partOf"), resource);
    return part === null || part === item || part.type === "Media" ? null : visitOf(part, chart);
  }
  if (!BILLS.has(type)) return null;
  for (const line of elementsOf(resource, "item")) {
    const visit = chart.itemOf(elementOf(line, "encounter"), resource);
    if (visit?.type === "Encounter") return visit;
  }
  const prescription = chart.itemOf(elementOf(resource, "prescription"), resource);
  return prescription === null || BILLS.has(prescription.type) ? null : visitOf(prescription, chart);
}
