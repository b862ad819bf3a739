import { requireScope } from "@anamnesis/fhir-server/access/scopes";
import { notFound } from "@anamnesis/fhir-server/errors/fhirError";
import { jsonAnswer, resourceAnswer } from "@anamnesis/fhir-server/rest/answers";
import { bundleText } from "@anamnesis/fhir-server/rest/bundle";
import type { FhirAnswer, FhirRequest } from "@anamnesis/fhir-server/rest/exchange";
import { followConsents } from "./followConsents.ts";
import { badValue, countOf, pageLinks, parametersOf } from "./pages.ts";
import type { PatientExchange } from "./patientExchange.ts";

interface ConsentRow {
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly content: string;
  readonly [column: string]: unknown;
}

const ROWS = `select r.id, r.version, r.updated, v.content
  from fhir_consents c join fhir_resources r on r.row = c.row join fhir_versions v on v.row = r.row and v.version = r.version`;
const STATUSES: readonly string[] = ["proposed", "active", "inactive"];

/** A Consent that was posted for one of the segments of this login, with the status of this moment. Throws `fhir-not-found`, `fhir-forbidden`. */
export async function readConsent(exchange: PatientExchange, id: string): Promise<FhirAnswer> {
  requireScope(exchange.access, "r", "Consent");
  const segments = await upToDate(exchange);
  const [row] = await exchange.context.db.query<ConsentRow>(
    `${ROWS} where r.id = $1 and c.segment = any($2::text[])`,
    [id, segments],
  );
  if (row === undefined) throw notFound();
  return resourceAnswer(200, row.content, row.version, row.updated);
}

/** Those of this login's segments, by id. Throws `fhir-forbidden`, `fhir-bad-value`, `fhir-unknown-parameter`. */
export async function searchConsents(exchange: PatientExchange, request: FhirRequest): Promise<FhirAnswer> {
  requireScope(exchange.access, "s", "Consent");
  const parameters = parametersOf(request, ["_id", "status"]);
  const count = countOf(parameters);
  const status = parameters.get("status") ?? null;
  if (status !== null && !STATUSES.includes(status))
    throw badValue(`\`status\` is one of ${STATUSES.join(", ")}.`);
  const segments = await upToDate(exchange);
  const { db } = exchange.context;
  const asked = [segments, parameters.get("_id") ?? null, status];
  const matches = `where c.segment = any($1::text[]) and ($2::text is null or r.id = $2) and ($3::text is null or c.status = $3)`;
  const [all] = await db.query<{ readonly total: number }>(
    `select count(*)::int as total from fhir_consents c join fhir_resources r on r.row = c.row ${matches}`,
    asked,
  );
  const rows = await db.query<ConsentRow>(
    `${ROWS} ${matches} and r.id > $4::text collate "C" order by r.id limit $5`,
    [...asked, parameters.get("_cursor") ?? "", count + 1],
  );
  const page = rows.slice(0, count);
  const next = rows.length > count ? (page.at(-1)?.id ?? null) : null;
  const { base } = exchange;
  return jsonAnswer(
    200,
    bundleText("searchset", {
      links: pageLinks(base, "Consent", request.query, next),
      total: all?.total ?? 0,
      entries: page.map(({ id, content }) => ({
        fullUrl: `${base}/Consent/${id}`,
        resource: content,
        search: "match",
      })),
    }),
  );
}

async function upToDate({ context, patient }: PatientExchange): Promise<readonly string[]> {
  const segments = patient.segments.map(({ segment }) => segment);
  await followConsents(context, segments);
  return segments;
}
