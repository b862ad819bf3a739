import type { Purpose } from "@anamnesis/core/consent/terms";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { granteeAccess } from "@anamnesis/sdk/access";
import { concurrently } from "@anamnesis/sdk/concurrently";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { type ReadToEndorse, readToEndorse } from "@anamnesis/sdk/readToEndorse";
import { openedItems } from "../openedItems.ts";
import { openSegment } from "../openSegment.ts";
import type { GrantingPatient, OpenedItem } from "../protocol.ts";
import type { CosignMethods, ReadQueued } from "../protocol/cosign.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, staffKeys } from "../session.ts";
import { granting, grants } from "../staff/granting.ts";
import { ofOnePatient } from "../staff/ofOnePatient.ts";
import { memoryOf } from "../segmentMemories.ts";
import { rememberAsked } from "./asked.ts";
import { passOn } from "./passOn.ts";
import { rememberRead } from "./read.ts";

/**
 * Looks for records of the queue in what patients share with this member of staff, and opens those alone, each with its Patient resource. What nobody shares is not there: nothing opens without a consent. Stops as
 * soon as everything is found.
 */
export const readQueue: CosignMethods["readQueue"] = async ({ records }) => {
  const wanted = new Set(records as readonly RecordId[]);
  const found: ReadQueued[] = [];
  if (wanted.size === 0) return found;
  await concurrently(await granting(), 3, async (patient) => {
    if (wanted.size === 0) return;
    for (const one of await readOf(patient, wanted)) {
      // Several consents to one segment may cover it.
      if (wanted.delete(one.record as RecordId)) found.push(one);
    }
  });
  return found;
};

async function readOf(
  patient: GrantingPatient,
  wanted: ReadonlySet<RecordId>,
): Promise<readonly ReadQueued[]> {
  const keys = staffKeys();
  const memories = new Map(patient.shares.map(({ consent }) => [consent, memoryOf(consent)]));
  const all = await consortium();
  const given = await grants();
  const segments: {
    readonly consent: string;
    readonly purpose: Purpose;
    readonly read: readonly ReadToEndorse[];
    readonly items: readonly OpenedItem[];
  }[] = [];
  for (const { consent, kind, purposes } of patient.shares) {
    const grant = given.get(consent);
    const memory = memories.get(consent);
    if (grant === undefined || memory === undefined) continue;
    const access = granteeAccess(keys, grant.content);
    const purpose = purposes[0] as Purpose;
    const common = { runtime: browserRuntime, consortium: all, access, purpose, memory };
    try {
      const listing = await listRecords({ ...common, verify: "signatures" });
      if (!listing.records.some(({ record }) => wanted.has(record))) continue;
      const { read } = await readToEndorse({ ...common, listing, records: wanted });
      const items = await openedItems(
        all,
        kind,
        read.map(({ opened }) => opened),
      );
      segments.push({ consent, purpose, read, items });
    } catch (error) {
      // A share that ended or a home that is silent hides what is in it, and nothing else.
      if (!isAnamnesisError(error)) throw error;
    }
  }
  if (segments.every(({ read }) => read.length === 0)) return [];
  const whose = await patientItems(patient);
  const general = new Set(
    patient.shares.filter(({ kind }) => kind === "general").map(({ consent }) => consent),
  );
  return segments.flatMap(({ consent, read, items }) => {
    rememberRead(read);
    // Nobody waits for it.
    void passOn(read);
    rememberAsked(read.map(({ opened }) => opened));
    return items.map((item): ReadQueued => {
      // A segment is one person's. Of another one that was signed together only what names the same Patient is shown under that name.
      const together = general.has(consent) ? [...whose, item] : ofOnePatient([whose, [item]]);
      return {
        record: item.record,
        consent,
        patient: patient.id,
        items: together.includes(item) ? together : [item],
      };
    });
  });
}

/** The Patient resources of what this patient shares in general; none when it is not shared. */
async function patientItems(patient: GrantingPatient): Promise<readonly OpenedItem[]> {
  const share = patient.shares.find(({ consent, kind }) => consent === patient.id && kind === "general");
  if (share === undefined) return [];
  const memory = memoryOf(share.consent);
  const grant = (await grants()).get(share.consent);
  if (grant === undefined) return [];
  try {
    const { items } = await openSegment({
      consortium: await consortium(),
      access: granteeAccess(staffKeys(), grant.content),
      kind: share.kind,
      purpose: share.purposes[0] as Purpose,
      memory,
      known: new Map(),
      only: ["Patient"],
      progress: () => undefined,
    });
    return items;
  } catch (error) {
    if (!isAnamnesisError(error)) throw error;
    return [];
  }
}
