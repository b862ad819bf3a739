import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";

export interface SealingState {
  /** Versions that can be sealed and are not yet. */
  readonly unsealed: number;
  /** Versions whose patient gave no admission. */
  readonly waiting: number;
  /** Patients with such versions whose admission is over. */
  readonly over: number;
}

/** How many versions are to be sealed, and what they wait for. */
export async function sealingState(db: Queryable, now: UnixSeconds): Promise<SealingState> {
  const rows = await db.query<SealingState & { readonly [column: string]: unknown }>(
    `select (select count(*) from fhir_seals where state = 'pending')::int as unsealed,
       (select count(*) from fhir_seals where state = 'waiting')::int as waiting,
       (select count(distinct s.patient) from fhir_seals s join fhir_admissions a on a.patient = s.patient
         where s.state = 'pending' and a.not_after < $1)::int as over`,
    [now],
  );
  return rows[0] ?? { unsealed: 0, waiting: 0, over: 0 };
}
