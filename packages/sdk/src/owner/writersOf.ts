import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
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

/** A node that never had a card of the segment has no permit either. */
const NEVER_HEARD: ReadonlySet<string> = new Set(["not-opened", "not-found", "unknown-segment"]);

/**
 * Who may append to the patient's segments, and until when: of each member the longest permit that the present owner signed, that has not ended, and that a node knows. Each node is asked for what it has of each segment. No node can
 * make a permit up; one can hide its own, and one that was handed over in a file and not used yet is at no node. The three days that a home has for a record of the owner's own count too: it could write in them.
 *
 * Throws `unknown-segment`.
 */
export async function writersOf(parameters: {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
}): Promise<Writers> {
  const { runtime, consortium, keys } = parameters;
  const longest = new Map<OrganisationId, UnixSeconds>();
  const silent = new Map<OrganisationId, string>();
  const asked = [...consortium.members.values()].flatMap(({ organisation, endpoint }) =>
    SEGMENT_KINDS.map((kind) => ({ organisation, endpoint, kind })),
  );
  await concurrently(asked, 6, async ({ organisation, endpoint, kind }) => {
    const segment = segmentOf(keys, kind);
    const { owner } = newestCard(segment).body;
    const access = ownerAccess(keys, kind);
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
      if (!NEVER_HEARD.has(code)) silent.set(organisation, code);
    }
  });
  return {
    writers: [...longest]
      .map(([organisation, notAfter]) => ({ organisation, notAfter }))
      .sort((a, b) => b.notAfter - a.notAfter),
    silent: [...silent].map(([organisation, code]) => ({ organisation, code })),
  };
}
