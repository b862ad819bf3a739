import type { RecordId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { SegmentKind } from "@anamnesis/core/segment/kind";

/** Versions of one look. */
const MOST_AT_ONCE = 64;

/** A version that is to be sealed, or that takes back what was sealed of its resource. */
export interface PendingVersion {
  readonly row: number;
  readonly version: number;
  readonly type: string;
  readonly id: string;
  readonly kind: SegmentKind;
  /** JSON text; `null`: deleted. */
  readonly content: string | null;
  /** `null`: in nobody's segments. */
  readonly patient: string | null;
  /** Encoded. */
  readonly admission: Uint8Array | null;
  /** The newest record of an earlier version that was not taken back; `null` when there is none. */
  readonly earlierSegment: SegmentId | null;
  readonly earlierRecord: RecordId | null;
}

/** Whose segment of which kind a version is for. */
export function segmentName({ patient, kind }: Pick<PendingVersion, "patient" | "kind">): string {
  return `${patient ?? ""}/${kind}`;
}

/**
 * The oldest pending version of each resource, in the order in which they were written,
 * of patients whose admission is not over.
 * @param passed names of segments into which nothing can be written now.
 */
export async function pendingVersions(
  db: Queryable,
  now: UnixSeconds,
  passed: ReadonlySet<string>,
): Promise<readonly PendingVersion[]> {
  return db.query<PendingVersion & { readonly [column: string]: unknown }>(
    `select s.row, s.version, r.type, r.id, v.kind, v.content, s.patient, a.admission,
       earlier.segment as "earlierSegment", earlier.record as "earlierRecord"
     from fhir_seals s join fhir_resources r on r.row = s.row
     join fhir_versions v on v.row = s.row and v.version = s.version
     left join fhir_admissions a on a.patient = s.patient
     left join lateral (select e.segment, e.record from fhir_seals e where e.row = s.row and e.version < s.version and e.state = 'sealed'
       order by e.version desc limit 1) earlier on true
     where s.state = 'pending' and (s.patient is null or a.not_after >= $1)
       and (s.patient is null or s.patient || '/' || v.kind <> all($2::text[]))
       and not exists (select 1 from fhir_seals e where e.row = s.row and e.version < s.version and e.state = 'pending')
     order by v.seq limit ${MOST_AT_ONCE}`,
    [now, [...passed]],
  );
}
