import { hasCode } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { isJsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import { ownerAccess } from "@anamnesis/sdk/access";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { listRecords, type Listing, notOpened } from "@anamnesis/sdk/listRecords";
import { type OpenedRecord, openRecords } from "@anamnesis/sdk/open";
import { systemRuntime } from "../runtime.ts";
import type { ExportedLine, ExportFolder } from "./exportFolder.ts";

/** Records that are opened and written in one step. */
const STEP = 64;

export interface ExportPatientParameters {
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly kinds: readonly SegmentKind[];
  readonly folder: ExportFolder;
  /** After each record. */
  readonly onProgress: (progress: { readonly done: number; readonly of: number }) => void;
}

export interface ExportedPatient {
  readonly records: number;
  /** Did not open: not anchored yet, erased, or too few custodians gave a share. */
  readonly refused: number;
}

/**
 * Opens all records of a patient with the patient's own keys and writes them, every version, as FHIR. What is no FHIR becomes a `Binary` with the record's id. A record that an earlier run wrote is not opened again.
 *
 * Throws `not-opened` where no segment opens with these keys, and what `openRecords` and `ExportFolder.write` throw.
 */
export async function exportPatient(parameters: ExportPatientParameters): Promise<ExportedPatient> {
  const { consortium, keys, kinds, folder, onProgress } = parameters;
  const common = { runtime: systemRuntime, consortium, purpose: "PATRQT" } as const;
  const done = new Set(
    folder.marks.flatMap(({ records }) => (Array.isArray(records) ? (records as readonly string[]) : [])),
  );
  const segments: { readonly kind: SegmentKind; readonly listing: Listing }[] = [];
  for (const kind of kinds) {
    try {
      segments.push({ kind, listing: await listRecords({ ...common, access: ownerAccess(keys, kind) }) });
    } catch (error) {
      if (!hasCode(error, "not-opened")) throw error;
    }
  }
  if (segments.length === 0) throw notOpened();
  const of = segments.reduce((sum, { listing }) => sum + listing.records.length, 0);
  let refused = 0;
  const report = (): void => onProgress({ done: Math.min(of, done.size + refused), of });
  report();
  for (const { kind, listing } of segments) {
    const access = ownerAccess(keys, kind);
    const left = listing.records.map(({ record }) => record).filter((record) => !done.has(record));
    for (let from = 0; from < left.length; from += STEP) {
      const step = new Set<RecordId>(left.slice(from, from + STEP));
      const result = await openRecords({
        ...common,
        access,
        listing,
        filter: ({ record }) => step.has(record),
      });
      const records = result.opened.map(({ record }) => record);
      if (records.length > 0) await folder.write(result.opened.map(lineOf), { kind, records });
      for (const record of records) done.add(record);
      refused += step.size - records.length;
      report();
    }
  }
  return { records: done.size, refused };
}

function lineOf({ record, mediaType, bytes }: OpenedRecord): ExportedLine {
  if (mediaType === "application/fhir+json") {
    const resource = parseJson(bytes);
    if (isJsonObject(resource) && typeof resource["resourceType"] === "string")
      return { type: resource["resourceType"], json: writeJson(resource) };
  }
  const binary = {
    resourceType: "Binary",
    id: record.slice(2),
    contentType: mediaType,
    data: Buffer.from(bytes).toString("base64"),
  };
  return { type: "Binary", json: JSON.stringify(binary) };
}
