import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { verifyPermit } from "@anamnesis/core/segment/permit";
import { accessRequestFor, ownerAccess } from "../access.ts";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { codeOf } from "../ourError.ts";
import { connect, type Runtime } from "../runtime.ts";

export interface Writers {
  /** Longest first. */
  readonly writers: readonly { readonly organisation: OrganisationId; readonly notAfter: UnixSeconds }[];
  /** Members that did not say under which permits they may write, with the code: there may be more. */
  readonly silent: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

/** Permits are signed for all segments at once: one of them tells, and in this one nobody signs a permit for a single record of the owner's own. */
const KIND = "emergency";

/** A node that never had a card of the segment has no permit either. */
const NEVER_HEARD: ReadonlySet<string> = new Set(["not-opened", "not-found", "unknown-segment"]);

/**
 * Who may append to the patient's segments, and until when: of each member the longest permit that the present owner signed and that has not ended. Each node is asked for its own, and what homes have besides
 * counts too; no node can make a permit up, and one can hide its own. Throws `unknown-segment`.
 */
export async function writersOf(parameters: {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
}): Promise<Writers> {
  const { runtime, consortium, keys } = parameters;
  const segment = segmentOf(keys, KIND);
  const { owner } = newestCard(segment).body;
  const access = ownerAccess(keys, KIND);
  const longest = new Map<OrganisationId, UnixSeconds>();
  const silent: Writers["silent"][number][] = [];
  await concurrently([...consortium.members.values()], 6, async ({ organisation, endpoint }) => {
    try {
      const client = connect(runtime, endpoint, access.signer);
      const request = accessRequestFor(runtime, access, "headers", organisation, "PATRQT", 0);
      const { permits } = await client.call(exchangeRoutes.listHeaders, {}, request);
      for (const permit of permits) {
        const { organisation: writer, notAfter, segment: of } = permit.body;
        const counts =
          of === segment.id && notAfter >= runtime.now() && verifyPermit(consortium.identity, permit, owner);
        if (counts && notAfter > (longest.get(writer) ?? 0)) longest.set(writer, notAfter);
      }
    } catch (error) {
      const code = codeOf(error);
      if (!NEVER_HEARD.has(code)) silent.push({ organisation, code });
    }
  });
  return {
    writers: [...longest]
      .map(([organisation, notAfter]) => ({ organisation, notAfter }))
      .sort((a, b) => b.notAfter - a.notAfter),
    silent,
  };
}
