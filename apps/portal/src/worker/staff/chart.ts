import type { Purpose } from "@anamnesis/core/consent/terms";
import { isAnamnesisError } from "@anamnesis/core/errors";
import { granteeAccess } from "@anamnesis/sdk/access";
import type { SegmentMemory } from "@anamnesis/sdk/listing/segmentMemory";
import type { RefusedRecord } from "@anamnesis/sdk/openLocks";
import { openSegment } from "../openSegment.ts";
import type { ChartRecords, ChartSubject, Gap, OpenedItem, Progress } from "../protocol.ts";
import { consortium, staffKeys } from "../session.ts";
import { grants } from "./granting.ts";
import { toldOf } from "../toldOf.ts";
import { memoryOf } from "../segmentMemories.ts";
import { tally } from "../tally.ts";
import { isPatient, ofOnePatient, ofSubject, subjectOf } from "./ofOnePatient.ts";

/** What these consents let their grantee see. Nothing that was opened is kept between two calls: each record is asked of the custodians anew, so that what was stopped is gone. */
export async function chart(
  {
    consents,
    purpose,
    only,
    among,
  }: {
    readonly consents: readonly string[];
    readonly purpose: string;
    /** Resource types; all by default. */
    readonly only?: readonly string[];
    readonly among?: { readonly records: readonly string[]; readonly subject: ChartSubject | null };
  },
  progress: (value: Progress) => void,
): Promise<ChartRecords> {
  const wanted = among === undefined ? null : new Set(among.records);
  const keys = staffKeys();
  const memories = consents.map(memoryOf);
  const all = await consortium();
  const given = await grants();
  const kinds = new Map(consents.map((consent) => [consent, given.get(consent)?.content.opening.kind]));
  const tell = tally<string>(progress, (parts) => {
    // Before it is known whom the general records are about, nothing of the others is shown as anybody's.
    const isKnown = [...kinds].every(
      ([consent, kind]) => kind !== "general" || parts.get(consent)?.some(isPatient) === true,
    );
    // A place for each, as in the end: what has not come yet says whom it is about only then.
    return isKnown ? ofOnePatient(consents.map((consent) => parts.get(consent) ?? [])) : null;
  });
  const gaps: Gap[] = [];
  const refused: RefusedRecord[] = [];
  const found = await Promise.all(
    consents.map(async (consent, i): Promise<readonly OpenedItem[]> => {
      const grant = given.get(consent);
      if (grant === undefined) return [];
      const { kind } = grant.content.opening;
      try {
        const opened = await openSegment({
          consortium: all,
          access: granteeAccess(keys, grant.content),
          kind,
          purpose: purpose as Purpose,
          memory: memories[i] as SegmentMemory,
          known: new Map(),
          ...(only === undefined ? {} : { only }),
          ...(wanted === null ? {} : { among: wanted }),
          progress: (value) => tell(consent, value),
        });
        refused.push(...opened.refused);
        gaps.push(...opened.gaps);
        return opened.items;
      } catch (error) {
        if (!isAnamnesisError(error)) throw error;
        gaps.push({ kind, code: error.code, silent: [] });
        return [];
      }
    }),
  );
  const subject = among === undefined ? subjectOf(found, consents) : among.subject;
  const told = toldOf(found.flat(), refused, wanted);
  return { items: ofSubject(found, consents, subject), gaps, ...told, subject };
}
