import type { Purpose } from "@anamnesis/core/consent/terms";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { WrittenPatient } from "@anamnesis/fhir/write/written";
import { isOwners } from "@anamnesis/core/record/isOwners";
import { FHIR_ID } from "@anamnesis/fhir/resource";
import type { SegmentAccess } from "@anamnesis/sdk/access";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { resourceOf } from "@anamnesis/sdk/corrections/proposedInstead";
import { notOpened } from "@anamnesis/sdk/listRecords";
import { openRecords, type OpenedRecord } from "@anamnesis/sdk/open";
import { systemRuntime } from "../../../runtime.ts";

/** Who it is about, and what it takes the place of. */
export interface Named {
  readonly patient: WrittenPatient;
  readonly amending: {
    readonly record: RecordId;
    readonly kind: SegmentKind;
    readonly id: string;
    readonly reason: string;
    readonly organisation: OrganisationId;
    readonly type: string;
  } | null;
}

/** Opens the Patient of what may be read, and the record that is amended, and nothing else. Throws `not-opened`, `no-reason`, `not-own-record`. */
export async function openNamed(parameters: {
  readonly consortium: Consortium;
  readonly accesses: readonly { readonly access: SegmentAccess; readonly purpose: Purpose }[];
  readonly amends: RecordId | undefined;
  readonly reason: string;
  /** Who writes: an organisation's people, or `null` the patient. Each amends what they wrote themselves. */
  readonly by: OrganisationId | null;
}): Promise<Named> {
  const { consortium, accesses, amends, reason, by } = parameters;
  if (amends !== undefined && reason.trim() === "") throw noReason();
  const patients: OpenedRecord[] = [];
  let amending: Named["amending"] = null;
  for (const { access, purpose } of accesses) {
    const { kind } = access.opening;
    if (kind !== "general" && amends === undefined) continue;
    const result = await openRecords({
      runtime: systemRuntime,
      consortium,
      access,
      purpose,
      filter: ({ record, attributes }) =>
        record === amends || (kind === "general" && attributes.resourceType === "Patient"),
    }).catch((error: unknown) => {
      // A segment in which nothing is, or is for this reader, has neither.
      if (hasCode(error, "not-opened")) return null;
      throw error;
    });
    for (const one of result?.opened ?? []) {
      if (one.record === amends) {
        const { organisation, header, attributes } = one;
        const isOwn = isOwners(header.body.core) ? by === null : by === organisation;
        if (!isOwn) throw notOwnRecord();
        const id = idOf(one);
        const type = attributes.resourceType;
        if (id !== null) amending = { record: amends, kind, id, reason, organisation, type };
      }
      if (one.attributes.resourceType === "Patient") patients.push(one);
    }
  }
  if (amends !== undefined && amending === null) throw notOpened();
  return { patient: patientIn(patients), amending };
}

/** The newest that stands, an organisation's before the patient's own: resources refer to that. */
function patientIn(patients: readonly OpenedRecord[]): WrittenPatient {
  const byOwner = ({ header }: OpenedRecord): number => Number(isOwners(header.body.core));
  const [found] = patients
    .filter(({ successor }) => successor === null)
    .toSorted((a, b) => byOwner(a) - byOwner(b) || b.day - a.day);
  const id = found === undefined ? null : idOf(found);
  if (found === undefined || id === null) return { reference: null, record: null };
  return { reference: `Patient/${id}`, record: found.record };
}

function idOf({ mediaType, bytes }: OpenedRecord): string | null {
  const id = resourceOf(mediaType, bytes)?.["id"];
  return typeof id === "string" && FHIR_ID.test(id) ? id : null;
}

/** Throws `other-type`: a note in the place of a diagnosis would take that from every chart. */
export function requireSameType({ amending }: Named, made: string | undefined): void {
  if (amending === null || amending.type === made) return;
  throw new AnamnesisError({
    code: "other-type",
    rule: "What takes a record's place is of the same kind.",
    fix: "Write it by itself, and correct the earlier one with its own form.",
  });
}

function notOwnRecord(): AnamnesisError<"not-own-record"> {
  return new AnamnesisError({
    code: "not-own-record",
    rule: "A record is amended by who wrote it: an organisation's by its people, a patient's own by the patient.",
    fix: "Ask the author to correct it: `anamnesis record correct ask`.",
  });
}

function noReason(): AnamnesisError<"no-reason"> {
  return new AnamnesisError({
    code: "no-reason",
    rule: "What takes a record's place says why.",
    fix: "Give the reason with --reason.",
  });
}
