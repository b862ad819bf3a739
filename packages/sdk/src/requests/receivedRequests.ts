import { type RequestPage, requestRoutes } from "@anamnesis/api/routes/requests";
import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId, Digest, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { openConsentAnswer } from "@anamnesis/core/request/consentAnswer";
import {
  type ConsentRequest,
  consentRequestSigner,
  openConsentRequest,
  type SealedConsentRequest,
} from "@anamnesis/core/request/consentRequest";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { accessRequestFor, ownerAccess } from "../access.ts";
import { membersOf } from "../cards/publishToAll.ts";
import { concurrently } from "../concurrently.ts";
import { type Consortium, fetchKeyCard } from "../consortium.ts";
import { receiptKeys } from "../keys/epochKeys.ts";
import { newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { withAnySeed } from "../keys/withAnySeed.ts";
import { codeOf } from "../ourError.ts";
import { connect, type Runtime } from "../runtime.ts";
import {
  type GatheredRequest,
  gatherRequests,
  type GivenAnswer,
  newestAnswer,
  requestState,
  type RequestState,
} from "./requestState.ts";

export interface ReceivedRequestsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** Segments to which requests may have been addressed; all by default. */
  readonly kinds?: readonly SegmentKind[];
}

/** Somebody asks the patient for access. */
export interface ReceivedRequest {
  readonly id: Digest;
  /** Kind of the segment to which it was addressed: how the requester knows of the patient, not what is asked for. */
  readonly kind: SegmentKind;
  readonly sealed: SealedConsentRequest;
  readonly requester: {
    readonly actor: ActorId;
    readonly organisation: OrganisationId;
    /** As the directory names it. */
    readonly organisationName: string;
    readonly card: KeyCard;
    /** False once person, organisation or keys are not those of the directory any more: nothing can be granted to this request. */
    readonly active: boolean;
  };
  readonly asked: ConsentRequest;
  readonly time: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  readonly state: RequestState;
  readonly answer: GivenAnswer | null;
}

export interface ReceivedRequests {
  /** Newest first. */
  readonly requests: readonly ReceivedRequest[];
  /** What is no request that its requester signed and sealed, with the code: shown to nobody as one. */
  readonly unreadable: readonly { readonly id: Digest; readonly code: string }[];
  /** Homes that did not say, with the code. */
  readonly silent: readonly {
    readonly node: OrganisationId;
    readonly kind: SegmentKind;
    readonly code: string;
  }[];
}

/**
 * Who asks this patient for access: from the homes of each segment, opened, and held against the directory. Nothing of it is a node's word: who asks has signed all of it. Throws `unknown-segment`, `unknown-home`.
 */
export async function receivedRequests(parameters: ReceivedRequestsParameters): Promise<ReceivedRequests> {
  const { consortium, keys, kinds = SEGMENT_KINDS } = parameters;
  const silent: ReceivedRequests["silent"][number][] = [];
  const unreadable: ReceivedRequests["unreadable"][number][] = [];
  const work = kinds.flatMap((kind) =>
    membersOf(consortium, newestCard(segmentOf(keys, kind)).body.homes).map((member) => ({ kind, member })),
  );
  const pages = await concurrently(work, 6, async ({ kind, member }) => {
    try {
      return await pagesAt(parameters, kind, member.organisation, member.endpoint);
    } catch (error) {
      silent.push({ node: member.organisation, kind, code: codeOf(error) });
      return [];
    }
  });
  const requests: ReceivedRequest[] = [];
  for (const kind of kinds) {
    const { id: segment } = segmentOf(keys, kind);
    const ofKind = pages.filter((_, i) => work[i]?.kind === kind).flat();
    const gathered = gatherRequests(ofKind).filter(({ request }) => request.body.segment === segment);
    await concurrently(gathered, 4, async (one) => {
      try {
        requests.push(await read(parameters, kind, one));
      } catch (error) {
        unreadable.push({ id: one.id, code: codeOf(error) });
      }
    });
  }
  return { requests: requests.toSorted((a, b) => b.time - a.time), unreadable, silent };
}

async function pagesAt(
  { runtime, keys }: ReceivedRequestsParameters,
  kind: SegmentKind,
  node: OrganisationId,
  endpoint: string,
): Promise<RequestPage["requests"]> {
  const access = ownerAccess(keys, kind);
  const client = connect(runtime, endpoint, access.signer);
  const all: RequestPage["requests"][number][] = [];
  for (let from: number | null = 0; from !== null;) {
    const request = accessRequestFor(runtime, access, "requests", node, "PATRQT", from);
    const page: RequestPage = await client.call(requestRoutes.listRequests, {}, request);
    all.push(...page.requests);
    // Not forwards means no end.
    from = page.next !== null && page.next > from ? page.next : null;
  }
  return all;
}

async function read(
  { runtime, consortium, keys }: ReceivedRequestsParameters,
  kind: SegmentKind,
  gathered: GatheredRequest,
): Promise<ReceivedRequest> {
  const { id, request } = gathered;
  const { actor, organisation, keyCard } = request.body.requester;
  const known = consortium.actors.get(actor);
  const member = consortium.members.get(organisation);
  const same = known?.organisation === organisation && known.keyCard === keyCard;
  if (!same || member === undefined || consentRequestSigner(request) !== known.signer) throw notSigned();
  const card = await fetchKeyCard(runtime, endpointsOf(consortium, member.endpoint), keyCard);
  const seeds = await receiptKeys(keys, segmentOf(keys, kind));
  const asked = await withAnySeed(seeds, (seed) => openConsentRequest(request.body, "owner", seed));
  const answers = await concurrently(gathered.answers, 4, async (answer): Promise<GivenAnswer | null> => {
    if (answer.body.request !== id) return null;
    try {
      const value = await withAnySeed(seeds, (seed) => openConsentAnswer(answer.body, "owner", seed));
      return { ...value, time: answer.body.time };
    } catch (error) {
      if (error instanceof AnamnesisError) return null;
      throw error;
    }
  });
  const answer = newestAnswer(answers);
  const { time, expiresAt } = request.body;
  return {
    id,
    kind,
    sealed: request,
    requester: {
      actor,
      organisation,
      organisationName: member.name,
      card,
      active: known.active && member.status === "active",
    },
    asked,
    time,
    expiresAt,
    state: requestState(gathered, answer, runtime.now()),
    answer,
  };
}

/** The requester's own node first, then the others: each card is checked against its digest. */
function endpointsOf({ members }: Consortium, own: string): readonly string[] {
  return [...new Set([own, ...[...members.values()].map(({ endpoint }) => endpoint)])];
}

function notSigned(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "A request for access is signed with the keys that the directory names for who asks.",
    fix: "Have it asked anew with the present keys.",
  });
}
