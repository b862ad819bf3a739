import { dayOf, type OrganisationId } from "@anamnesis/core/ids";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import type { Resource } from "@anamnesis/fhir/resource";
import { writeAmendmentReason } from "@anamnesis/fhir/write/amendmentReason";
import { writeMeasurement } from "@anamnesis/fhir/write/measurement";
import { writePersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import { writeUpload } from "@anamnesis/fhir/write/upload";
import type { Written } from "@anamnesis/fhir/write/written";
import { type PatientKeys, segmentOf as segmentOfKeys } from "@anamnesis/sdk/keys/patientKeys";
import { writeOwn as sealOwn } from "@anamnesis/sdk/owner/writeOwn";
import type { WorkerMethods } from "../protocol.ts";
import type { OwnWriting } from "../protocol/writing.ts";
import { keepOpened } from "../patient/records.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { inLane } from "./journals.ts";
import { rememberSent } from "./sentDetails.ts";
import { asOpened, recordsOf, toSeal } from "./sealed.ts";

/**
 * Seals what the patient writes with the patient's own key and brings it to one of the patient's homes. Personal details stand in the general area, where the organisations' own are: whoever may read
 * those sees them. While a wallet owns that area, which signs no records, they stand with what else the patient adds. Throws `bad-writing`, and what the SDK's `writeOwn` throws.
 */
export const writeOwn: WorkerMethods["writeOwn"] = async ({ draft, about, writing, amending }) => {
  const all = await consortium();
  const keys = patientKeys();
  const time = new Date(browserRuntime.now() * 1000).toISOString();
  const written: Written = { id: amending?.id ?? draft, time, patient: about };
  const resource = resourceOf(writing, written);
  const kind = writing.form === "details" && !walletOwns(keys) ? "general" : segmentOf(resource);
  const earlier = amending?.kind === kind ? amending : null;
  const resources: Resource[] = [resource];
  if (earlier !== null) {
    const because = { id: `${draft}-why`, time, patient: about, author: null };
    const { record, reason } = earlier;
    resources.push(writeAmendmentReason({ ...because, target: resource, earlier: record, reason }));
  }
  const sealing = resources.map((one, i) =>
    toSeal(one, kind, draft, i === 0 ? (earlier?.record ?? null) : null),
  );
  const result = await inLane(kind, async (lane) => {
    // Only the node that has the earlier one can tell the ledger that this one takes its place.
    const home = earlier?.organisation ?? lane.home;
    const sealed = await sealOwn({
      runtime: browserRuntime,
      consortium: all,
      keys,
      kind,
      resources: sealing,
      journal: lane.journal,
      ...(home === null ? {} : { home: home as OrganisationId }),
    });
    lane.home = sealed.home;
    return sealed;
  });
  const name = organisationName(all, result.home);
  const items = asOpened(resources, recordsOf(result, sealing), {
    kind,
    organisation: result.home,
    organisationName: name,
    day: dayOf(browserRuntime.now()),
    byOwner: true,
    author: null,
    amends: earlier?.record ?? null,
  });
  keepOpened(items);
  // It is stored, whether this browser remembers it or not.
  if (writing.form === "details") await rememberSent(items).catch(() => undefined);
  return { items, kind, at: { id: result.home, name } };
};

function walletOwns(keys: PatientKeys): boolean {
  return segmentOfKeys(keys, "general").wallet !== undefined;
}

function resourceOf(writing: OwnWriting, written: Written): Resource {
  switch (writing.form) {
    case "measurement":
      return writeMeasurement({ ...written, ...writing });
    case "upload":
      return writeUpload({ ...written, ...writing });
    case "details":
      return writePersonalDetails({ ...written, ...writing });
  }
}
