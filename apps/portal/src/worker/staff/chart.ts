import type { Purpose } from "@anamnesis/core/consent/terms";
import { isAnamnesisError } from "@anamnesis/core/errors";
import { granteeAccess } from "@anamnesis/sdk/access";
import { openSegment } from "../openSegment.ts";
import type { Gap, OpenedItem, OpenedRecords, Progress } from "../protocol.ts";
import { consortium, session, staffKeys } from "../session.ts";
import { grants } from "./granting.ts";

/** What these consents let their grantee see. Nothing is kept between two calls: each is asked of the custodians anew, so that what was stopped is gone. */
export async function chart(
  {
    consents,
    purpose,
    only,
  }: {
    readonly consents: readonly string[];
    readonly purpose: string;
    /** Resource types; all by default. */
    readonly only?: readonly string[];
  },
  progress: (value: Progress) => void,
): Promise<OpenedRecords> {
  const keys = staffKeys();
  const all = await consortium();
  const given = await grants();
  session();
  const counts = new Map<string, Progress>();
  const gaps: Gap[] = [];
  let refused = 0;
  const found = await Promise.all(
    consents.map(async (consent): Promise<readonly OpenedItem[]> => {
      const grant = given.get(consent);
      if (grant === undefined) return [];
      const { kind } = grant.content.opening;
      try {
        const opened = await openSegment({
          consortium: all,
          access: granteeAccess(keys, grant.content),
          kind,
          purpose: purpose as Purpose,
          known: new Map(),
          ...(only === undefined ? {} : { only }),
          progress: (value) => {
            counts.set(consent, value);
            progress(sum(counts.values()));
          },
        });
        refused += opened.refused;
        gaps.push(...opened.gaps);
        return opened.items;
      } catch (error) {
        if (!isAnamnesisError(error)) throw error;
        gaps.push({ kind, code: error.code, silent: [] });
        return [];
      }
    }),
  );
  return { items: ofOnePatient(found), gaps, refused };
}

function sum(counts: Iterable<Progress>): Progress {
  let done = 0;
  let of = 0;
  for (const count of counts) {
    done += count.done;
    of += count.of;
  }
  return { done, of };
}

/**
 * The segments' records of one patient: those of a segment that holds a Patient resource, and of any other segment only what names one of these Patients. A chart never
 * mixes two people, whatever was signed at the same time.
 */
function ofOnePatient(segments: readonly (readonly OpenedItem[])[]): readonly OpenedItem[] {
  if (segments.length < 2) return segments.flat();
  const patients = new Set<string>();
  for (const item of segments.flat()) {
    if (item.resource?.["resourceType"] !== "Patient") continue;
    const { id } = item.resource;
    if (typeof id === "string") patients.add(`${item.organisation} ${id}`);
  }
  return segments.flatMap((items) =>
    items.some(({ resource }) => resource?.["resourceType"] === "Patient")
      ? items
      : items.filter((item) => {
          const id = patientNamedBy(item.resource);
          return id !== null && patients.has(`${item.organisation} ${id}`);
        }),
  );
}

function patientNamedBy(resource: OpenedItem["resource"]): string | null {
  for (const field of ["subject", "patient", "beneficiary", "for"]) {
    const value = resource?.[field];
    if (typeof value !== "object" || value === null) continue;
    const { reference } = value as { readonly reference?: unknown };
    if (typeof reference !== "string") continue;
    return reference.split("/").at(-1)?.replace("urn:uuid:", "") ?? null;
  }
  return null;
}
