import { dayOf, type OrganisationId } from "@anamnesis/core/ids";
import { writeOwn as sealOwn } from "@anamnesis/sdk/owner/writeOwn";
import { prepareOwn } from "@anamnesis/sdk/writing/prepareOwn";
import { recordsOf } from "@anamnesis/sdk/writing/toSeal";
import type { WorkerMethods } from "../protocol.ts";
import { keepOpened } from "../patient/records.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { inLane } from "./journals.ts";
import { rememberSent } from "./sentDetails.ts";
import { asOpened } from "./sealed.ts";

/**
 * Seals what the patient writes with the patient's own key and brings it to one of the patient's homes. Throws `bad-writing`, and what the SDK's `writeOwn` throws.
 */
export const writeOwn: WorkerMethods["writeOwn"] = async ({ draft, about, writing, amending }) => {
  const all = await consortium();
  const keys = patientKeys();
  const time = new Date(browserRuntime.now() * 1000).toISOString();
  const { kind, resources, sealing, amended } = prepareOwn({
    keys,
    writing,
    draft,
    time,
    patient: about,
    amending,
  });
  const earlier = amended ? amending : null;
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
