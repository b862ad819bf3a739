import { toBase64 } from "@anamnesis/core/audit/checkpointKey";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { admission } from "@anamnesis/sdk/permit";
import type { PatientExchange } from "./patientExchange.ts";
import type { EventResource } from "./receiptEvents.ts";

export interface KeptEvent {
  readonly id: string;
  readonly updated: number;
  /** As a patient sees it. */
  readonly resource: EventResource;
}

interface EventRow {
  readonly id: string;
  readonly updated: number;
  readonly content: string;
  readonly [column: string]: unknown;
}

/** Segments, and ids of Patients. */
type Asked = readonly [readonly string[], readonly string[]];

/** Those that refer to what lies, or lay, in these segments ($1), or to one of these Patients ($2). */
const ABOUT = `from fhir_resources r join fhir_versions v on v.row = r.row and v.version = r.version
  where r.type = 'AuditEvent' and r.row in (
    select l.row from fhir_references l join (
      select h.type, h.id from received_records m join fhir_resources h on h.row = m.row where m.segment = any($1::text[])
      union select p.type, p.id from received_purges p where p.segment = any($1::text[]) and p.id is not null
      union select 'Patient', b.id from unnest($2::text[]) as b (id)) t
    on l.key = 'AuditEvent.entity' and l.target_type = t.type and l.target_id = t.id)`;

/**
 * The organisation's own AuditEvents about what it holds, or held, of the login's segments: received records, and a Patient whose every segment the login proved, so that a
 * program that was given one kind learns nothing of the others. They are the organisation's word; only receipts prove themselves.
 */
export class KeptEvents {
  readonly #db: PatientExchange["context"]["db"];
  readonly #asked: Asked;

  private constructor(db: PatientExchange["context"]["db"], asked: Asked) {
    this.#db = db;
    this.#asked = asked;
  }

  static async of(exchange: Pick<PatientExchange, "context" | "patient">): Promise<KeptEvents> {
    const segments = exchange.patient.segments.map(({ segment }) => segment);
    return new KeptEvents(exchange.context.db, [segments, await patientsBoundTo(exchange)]);
  }

  async count(): Promise<number> {
    const [row] = await this.#db.query<{ readonly n: number }>(`select count(*)::int as n ${ABOUT}`, [
      ...this.#asked,
    ]);
    return row?.n ?? 0;
  }

  /** Oldest first, from behind this place. */
  async page(after: Pick<KeptEvent, "id" | "updated">, count: number): Promise<readonly KeptEvent[]> {
    const rows = await this.#db.query<EventRow>(
      `select r.id, r.updated, v.content ${ABOUT} and (r.updated, r.id) > ($3::bigint, $4::text collate "C")
       order by r.updated, r.id limit $5`,
      [...this.#asked, after.updated, after.id, count],
    );
    return rows.map(shown);
  }

  async find(id: string): Promise<KeptEvent | null> {
    const rows = await this.#db.query<EventRow>(`select r.id, r.updated, v.content ${ABOUT} and r.id = $3`, [
      ...this.#asked,
      id,
    ]);
    return rows.map(shown)[0] ?? null;
  }
}

/** Patients of this server whose records go into these segments alone. */
async function patientsBoundTo({
  context,
  patient,
}: Pick<PatientExchange, "context" | "patient">): Promise<readonly string[]> {
  const proven = new Set<string>(patient.segments.map(({ segment }) => segment));
  const rows = await context.db.query<{ readonly patient: string; readonly admission: Uint8Array }>(
    `select a.patient, a.admission from fhir_admissions a
     where a.patient in (select s.patient from fhir_seals s where s.segment = any($1::text[]))`,
    [[...proven]],
  );
  return rows.flatMap((row) => {
    const { segments } = admission.decode(row.admission);
    return segments.every(({ opening }) => proven.has(segmentIdOfOpening(opening))) ? [row.patient] : [];
  });
}

/** Without what a query names besides, which may be somebody else, and without the addresses of the organisation's machines. */
function shown({ id, updated, content }: EventRow): KeptEvent {
  const event = parseJson(content) as JsonObject;
  const each = (value: JsonValue | undefined, change: (one: JsonObject) => JsonObject): JsonValue =>
    value !== undefined && isJsonArray(value)
      ? value.map((one) => (isJsonObject(one) ? change(one) : one))
      : [];
  const agent = each(event["agent"], ({ network: _network, ...rest }) => rest);
  const entity = each(event["entity"], ({ query, ...rest }) =>
    query === undefined ? rest : { ...rest, query: withoutCriteria(query) },
  );
  return { id, updated, resource: { ...event, id, agent, entity } };
}

/** What was searched, without by what. */
function withoutCriteria(query: JsonValue): string {
  const text = typeof query === "string" ? Buffer.from(query, "base64").toString("utf8") : "";
  return toBase64(utf8ToBytes(text.split("?")[0] ?? ""));
}
