import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import { writeAmendmentReason } from "@anamnesis/fhir/write/amendmentReason";
import { type OwnWriting, writtenByPatient } from "@anamnesis/fhir/write/writing";
import type { WrittenPatient } from "@anamnesis/fhir/write/written";
import { type PatientKeys, segmentOf as segmentOfKeys } from "../keys/patientKeys.ts";
import type { AmendedByWriting, PreparedWriting } from "./prepareWriting.ts";
import { toSeal } from "./toSeal.ts";

/**
 * What a patient writes, as it is sealed. Personal details stand in the general area, where the organisations' own are: whoever may read those sees them. While a wallet owns that area, which signs no
 * records, they stand with what else the patient adds. `amended`: whether it takes the place of `amending`, which it does in the same area alone. Throws `bad-writing`.
 */
export function prepareOwn(parameters: {
  readonly keys: PatientKeys;
  readonly writing: OwnWriting;
  /** The same for a repetition; the FHIR id of what is new. */
  readonly draft: string;
  /** FHIR instant. */
  readonly time: string;
  readonly patient: WrittenPatient;
  readonly amending: AmendedByWriting | null;
}): PreparedWriting & { readonly amended: boolean } {
  const { keys, writing, draft, time, patient, amending } = parameters;
  const resource = writtenByPatient(writing, { id: amending?.id ?? draft, time, patient });
  const details = writing.form === "details" && segmentOfKeys(keys, "general").wallet === undefined;
  const kind = details ? "general" : segmentOf(resource);
  const earlier = amending?.kind === kind ? amending : null;
  const first = toSeal(resource, kind, draft, earlier?.record ?? null);
  if (earlier === null) return { kind, resources: [resource], sealing: [first], amended: false };
  const { record, reason } = earlier;
  const about = { id: `${draft}-why`, time, patient, author: null };
  const why = writeAmendmentReason({ ...about, target: resource, earlier: record, reason });
  const sealing = [first, toSeal(why, kind, draft, null)];
  return { kind, resources: [resource, why], sealing, amended: true };
}
