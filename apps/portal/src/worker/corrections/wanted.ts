import type { SealedCorrectionAnswer } from "@anamnesis/core/correction/correctionAnswer";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import type { Resource } from "@anamnesis/fhir/resource";
import {
  correctionQueue,
  type CorrectionQueueParameters,
  type WaitingCorrection,
} from "@anamnesis/sdk/corrections/correctionQueue";
import { proposedInstead, resourceOf } from "@anamnesis/sdk/corrections/proposedInstead";
import { readToCorrect } from "@anamnesis/sdk/corrections/readToCorrect";
import { ourError } from "@anamnesis/sdk/ourError";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { OpenedItem } from "../protocol.ts";
import type { CorrectionMethods, CorrectionWanted } from "../protocol/corrections.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, session, staffKeys } from "../session.ts";
import { ownOrganisation } from "../writing/admission.ts";

/** What was shown in this sitting, and what was answered to it: sent again, it is the same word. */
export interface Wanted {
  readonly correction: WaitingCorrection;
  readonly after: Resource | null;
  answer: { readonly said: string; readonly sealed: SealedCorrectionAnswer } | null;
}

const kept = new WeakMap<object, Map<string, Wanted>>();

export async function staff(): Promise<CorrectionQueueParameters> {
  const keys = staffKeys();
  return {
    runtime: browserRuntime,
    consortium: await consortium(),
    keys,
    node: connect(browserRuntime, self.location.origin, httpSigner(keys.ed25519)),
  };
}

/** Throws `correction-closed`. */
export function wantedOf(id: string): Wanted {
  const found = kept.get(session())?.get(id);
  if (found !== undefined) return found;
  throw new AnamnesisError({
    code: "correction-closed",
    rule: "A correction that waits is shown before it is answered.",
    fix: "Load the page again.",
  });
}

/** What waits for the own organisation, each opened with the keys that its patient sent. */
export const correctionsWanted: CorrectionMethods["correctionsWanted"] = async () => {
  const common = await staff();
  const sitting = session();
  const known = kept.get(sitting) ?? new Map<string, Wanted>();
  kept.set(sitting, known);
  const { waiting } = await correctionQueue(common);
  const wanted = await Promise.all(
    waiting.map(async (correction): Promise<CorrectionWanted> => {
      const { id, record, time, expiresAt, asked } = correction;
      const { before, after } = await shown(common, correction);
      const earlier = known.get(id);
      // What is written is what was shown first: a repetition writes nothing else.
      known.set(id, { correction, after: earlier?.after ?? after, answer: earlier?.answer ?? null });
      const message = asked?.message ?? null;
      return { id, record, time, expiresAt, message, before: plain(before), after: plain(after) };
    }),
  );
  return { organisation: organisationName(common.consortium, ownOrganisation()), wanted };
};

async function shown(
  common: CorrectionQueueParameters,
  correction: WaitingCorrection,
): Promise<{ readonly before: Resource | null; readonly after: Resource | null }> {
  const { asked } = correction;
  if (asked === null) return { before: null, after: null };
  try {
    const earlier = await readToCorrect(common, correction);
    const before = resourceOf(earlier.meta.mediaType, earlier.bytes);
    const time = new Date(browserRuntime.now() * 1000).toISOString();
    try {
      return { before, after: proposedInstead(earlier, asked, time) };
    } catch (error) {
      if (hasCode(error, "nothing-proposed")) return { before, after: null };
      throw error;
    }
  } catch (error) {
    // Keys that are none, or a content that no node has: the wish stands, and can be declined.
    ourError(error);
    return { before: null, after: null };
  }
}

/** Numbers as pages read them. */
function plain(resource: Resource | null): OpenedItem["resource"] {
  if (resource === null) return null;
  return JSON.parse(writeJson(resource as JsonValue)) as OpenedItem["resource"];
}
