import type { Purpose } from "@anamnesis/core/consent/terms";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { granteeAccess } from "@anamnesis/sdk/access";
import type { OpenedGrant } from "@anamnesis/sdk/listGrants";
import type { SegmentMemory } from "@anamnesis/sdk/listing/segmentMemory";
import type { RefusedRecord } from "@anamnesis/sdk/openLocks";
import { openSegment } from "../openSegment.ts";
import type { ChartRecords, ChartSubject, Gap, OpenedItem, Progress } from "../protocol.ts";
import { consortium, staffKeys } from "../session.ts";
import { grants } from "./granting.ts";
import { toldOf } from "../toldOf.ts";
import { memoryOf } from "../segmentMemories.ts";
import { tally } from "../tally.ts";
import { ofOneSegment } from "./ofOneSegment.ts";
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
  const memories = new Map(consents.map((consent) => [consent, memoryOf(consent)]));
  const all = await consortium();
  const given = await grants();
  const segments = segmentsOf(consents, given);
  const places = segments.map(({ consents: [first] }) => first);
  const tell = tally<string>(progress, (parts) => {
    const open = segments.map((segment) =>
      ofOneSegment(segment.consents.map((consent) => parts.get(consent) ?? [])),
    );
    // Before it is known whom the general records are about, nothing of the others is shown as anybody's.
    const isKnown = segments.every(({ kind }, i) => kind !== "general" || open[i]?.some(isPatient) === true);
    // A place for each, as in the end: what has not come yet says whom it is about only then.
    return isKnown ? ofOnePatient(open) : null;
  });
  const gaps: Gap[] = [];
  const refused = new Map<string, RefusedRecord>();
  const openOne = async (
    consent: string,
    { content }: OpenedGrant,
    known: Map<string, OpenedItem>,
  ): Promise<readonly OpenedItem[]> => {
    const { kind } = content.opening;
    try {
      const opened = await openSegment({
        consortium: all,
        access: granteeAccess(keys, content),
        kind,
        purpose: purpose as Purpose,
        memory: memories.get(consent) as SegmentMemory,
        known,
        ...(only === undefined ? {} : { only }),
        ...(wanted === null ? {} : { among: wanted }),
        progress: (value) => tell(consent, value),
      });
      for (const one of opened.refused) refused.set(one.record, one);
      gaps.push(...opened.gaps);
      return opened.items;
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
      gaps.push({ kind, code: error.code, silent: [] });
      return [];
    }
  };
  const found = await Promise.all(
    segments.map(async (segment): Promise<readonly OpenedItem[]> => {
      // One after the other: what the consent before opened is not opened, logged and sent again.
      const known = new Map<string, OpenedItem>();
      const parts: (readonly OpenedItem[])[] = [];
      for (const consent of segment.consents) {
        const grant = given.get(consent);
        if (grant !== undefined) parts.push(await openOne(consent, grant, known));
      }
      // What one consent does not open, another one may.
      for (const record of known.keys()) refused.delete(record);
      return ofOneSegment(parts);
    }),
  );
  const subject = among === undefined ? subjectOf(found, places) : among.subject;
  const told = toldOf(found.flat(), [...refused.values()], wanted);
  return { items: ofSubject(found, places, subject), gaps, ...told, subject };
}

interface Segment {
  readonly kind: SegmentKind | null;
  /** All to this segment, the widest first; `[first]` stands for it. */
  readonly consents: readonly [string, ...string[]];
}

/** In the order of the consents; what is no grant any more is a segment in which nothing is. */
function segmentsOf(
  consents: readonly string[],
  given: ReadonlyMap<string, OpenedGrant>,
): readonly Segment[] {
  const found = new Map<string, Segment>();
  for (const consent of consents) {
    const opening = given.get(consent)?.content.opening;
    const id = opening === undefined ? consent : segmentIdOfOpening(opening);
    const known = found.get(id)?.consents ?? [];
    const isWide = given.get(consent)?.content.consent.body.resourceTypes.includes("*") === true;
    const [first, ...others] = known;
    const ordered: Segment["consents"] =
      first === undefined ? [consent] : isWide ? [consent, ...known] : [first, ...others, consent];
    found.set(id, { kind: opening?.kind ?? null, consents: ordered });
  }
  return [...found.values()];
}
