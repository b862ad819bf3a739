import type { Purpose } from "@anamnesis/core/consent/terms";
import { isAnamnesisError } from "@anamnesis/core/errors";
import { granteeAccess } from "@anamnesis/sdk/access";
import { openSegment } from "../openSegment.ts";
import type { Gap, OpenedItem, OpenedRecords, Progress } from "../protocol.ts";
import { consortium, staffKeys } from "../session.ts";
import { grants } from "./granting.ts";
import { tally } from "../tally.ts";
import { isPatient, ofOnePatient } from "./ofOnePatient.ts";

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
          progress: (value) => tell(consent, value),
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
