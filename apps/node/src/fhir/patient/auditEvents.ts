import { requireScope } from "@anamnesis/fhir-server/access/scopes";
import { notFound } from "@anamnesis/fhir-server/errors/fhirError";
import { jsonAnswer } from "@anamnesis/fhir-server/rest/answers";
import { bundleText } from "@anamnesis/fhir-server/rest/bundle";
import type { FhirAnswer, FhirRequest } from "@anamnesis/fhir-server/rest/exchange";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import { type KeptEvent, KeptEvents } from "./keptEvents.ts";
import { badValue, countOf, pageLinks, parametersOf } from "./pages.ts";
import type { PatientExchange } from "./patientExchange.ts";
import { type EventResource, ReceiptEvents } from "./receiptEvents.ts";

/** Where a page begins: at the entry of this number of the patient's receipts, or behind an event of the organisation's own. */
type Cursor = { readonly receipt: number } | { readonly behind: Pick<KeptEvent, "id" | "updated"> };

/** The patient's log at this node, entry by entry. Throws `fhir-not-found`, `fhir-forbidden`, `custody-not-ready`. */
export async function readAuditEvent(exchange: PatientExchange, id: string): Promise<FhirAnswer> {
  requireScope(exchange.access, "r", "AuditEvent");
  const receipts = await ReceiptEvents.of(exchange);
  const place = receipts.placeOf(id);
  if (place !== null) return jsonAnswer(200, writeJson(await receipts.event(place)));
  const kept = await (await KeptEvents.of(exchange)).find(id);
  if (kept === null) throw notFound();
  return jsonAnswer(200, writeJson(kept.resource));
}

/**
 * Who looked: first what this custodian logged, then the organisation's own AuditEvents, each oldest first. A patient of whom nothing is here is answered like one whom nobody asked about. Throws `fhir-forbidden`,
 * `fhir-bad-value`, `fhir-unknown-parameter`, `custody-not-ready`, `log-rolled-back`.
 */
export async function searchAuditEvents(
  exchange: PatientExchange,
  request: FhirRequest,
): Promise<FhirAnswer> {
  requireScope(exchange.access, "s", "AuditEvent");
  const parameters = parametersOf(request, []);
  const count = countOf(parameters);
  const cursor = parseCursor(parameters.get("_cursor"));
  const receipts = await ReceiptEvents.of(exchange);
  const kept = await KeptEvents.of(exchange);
  const total = receipts.places.length + (await kept.count());
  const resources: EventResource[] = [];
  let next: string | null = null;
  if ("receipt" in cursor) {
    const places = receipts.places.slice(cursor.receipt, cursor.receipt + count);
    for (const place of places) resources.push(await receipts.event(place));
    const reached = cursor.receipt + places.length;
    if (reached < receipts.places.length) next = `r${reached}`;
  }
  if (next === null) {
    const room = count - resources.length;
    const behind = "behind" in cursor ? cursor.behind : { id: "", updated: 0 };
    const events = await kept.page(behind, room + 1);
    const shown = events.slice(0, room);
    resources.push(...shown.map(({ resource }) => resource));
    const last = shown.at(-1) ?? behind;
    if (events.length > room) next = `e${last.updated}.${last.id}`;
  }
  const { base } = exchange;
  return jsonAnswer(
    200,
    bundleText("searchset", {
      links: pageLinks(base, "AuditEvent", request.query, next),
      total,
      entries: resources.map((resource) => ({
        fullUrl: `${base}/AuditEvent/${resource.id}`,
        resource: writeJson(resource),
        search: "match",
      })),
    }),
  );
}

function parseCursor(text: string | undefined): Cursor {
  if (text === undefined) return { receipt: 0 };
  const [, receipt, updated, id = ""] =
    /^(?:r(\d{1,15})|e(\d{1,15})\.([A-Za-z0-9\-.]{0,64}))$/.exec(text) ?? [];
  if (receipt !== undefined) return { receipt: Number(receipt) };
  if (updated !== undefined) return { behind: { updated: Number(updated), id } };
  throw badValue("`_cursor` is of a page of this search.");
}
