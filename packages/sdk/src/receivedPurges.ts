import { type PurgePage, receivedRoutes } from "@anamnesis/api/routes/received";
import type { OrganisationId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { accessRequestFor, ownerAccess } from "./access.ts";
import { concurrently } from "./concurrently.ts";
import type { Consortium } from "./consortium.ts";
import type { PatientKeys } from "./keys/patientKeys.ts";
import { codeOf } from "./ourError.ts";
import { connect, type Runtime } from "./runtime.ts";

export interface ReceivedPurgesParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** All by default. */
  readonly kinds?: readonly SegmentKind[];
}

/** A record that a node had from somebody who opened it, and deleted. */
export type ReceivedPurge = PurgePage["purges"][number] & {
  readonly kind: SegmentKind;
  /** Whose node deleted it. */
  readonly node: OrganisationId;
};

export interface ReceivedPurges {
  /** Oldest first. */
  readonly purges: readonly ReceivedPurge[];
  /** Who did not say, with the code. */
  readonly silent: readonly {
    readonly node: OrganisationId;
    readonly kind: SegmentKind;
    readonly code: string;
  }[];
}

/**
 * What the members' nodes deleted of the patient's records that their people had opened and kept there: which, under which consent, why and when. It is each node's word. Throws `unknown-segment`.
 */
export async function receivedPurges(parameters: ReceivedPurgesParameters): Promise<ReceivedPurges> {
  const { consortium, keys, kinds = SEGMENT_KINDS } = parameters;
  const purges: ReceivedPurge[] = [];
  const silent: ReceivedPurges["silent"][number][] = [];
  const asked = kinds.flatMap((kind) => [...consortium.members.values()].map((member) => ({ kind, member })));
  await concurrently(asked, 6, async ({ kind, member: { organisation: node, endpoint } }) => {
    const access = ownerAccess(keys, kind);
    const client = connect(parameters.runtime, endpoint, access.signer);
    try {
      for (let from: number | null = 0; from !== null;) {
        const request = accessRequestFor(parameters.runtime, access, "purges", node, "PATRQT", from);
        const page: PurgePage = await client.call(receivedRoutes.receivedPurges, {}, request);
        purges.push(...page.purges.map((purge) => ({ ...purge, kind, node })));
        // Not forwards means no end.
        from = page.next !== null && page.next > from ? page.next : null;
      }
    } catch (error) {
      silent.push({ node, kind, code: codeOf(error) });
    }
  });
  return { purges: purges.toSorted((a, b) => a.purgedAt - b.purgedAt), silent };
}
