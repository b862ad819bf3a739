import { type RequestPage, requestRoutes } from "@anamnesis/api/routes/requests";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { signsFor } from "@anamnesis/core/consent/signsFor";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, OrganisationId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import { type AskerWish, askerWishDigest } from "@anamnesis/core/request/askerWish";
import {
  consentAnswerSigner,
  openConsentAnswer,
  type SealedConsentAnswer,
} from "@anamnesis/core/request/consentAnswer";
import { type ConsentRequest, openConsentRequest } from "@anamnesis/core/request/consentRequest";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { concurrently } from "../concurrently.ts";
import type { Consortium, Member } from "../consortium.ts";
import type { ActorKeys } from "../keys/actorKeys.ts";
import { codeOf } from "../ourError.ts";
import { connect, httpSigner, type Runtime } from "../runtime.ts";
import { askerOf } from "./askAccess.ts";
import {
  type GatheredRequest,
  gatherRequests,
  type GivenAnswer,
  newestAnswer,
  requestState,
  type RequestState,
} from "./requestState.ts";
import { segmentCard } from "./segmentCard.ts";

export interface AskedRequestsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: ActorKeys;
}

/** A request that these keys made. */
export interface AskedRequest {
  readonly id: Digest;
  readonly segment: SegmentId;
  readonly asked: ConsentRequest;
  readonly time: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  readonly state: RequestState;
  readonly answer: GivenAnswer | null;
}

export interface AskedRequests {
  /** Newest first. */
  readonly requests: readonly AskedRequest[];
  /** Requests of these keys that do not open, such as those of replaced keys. */
  readonly unreadable: readonly { readonly id: Digest; readonly code: string }[];
  /** Nodes that did not say, with the code: what only they keep is missing. */
  readonly silent: readonly { readonly node: OrganisationId; readonly code: string }[];
}

/**
 * What these keys asked for and what was answered, from the nodes of all active members: requests wait at the homes of each patient's choice, and who asks keeps no list of them. Answers count once they
 * are signed by the segment's owner. Throws `no-organisation`.
 */
export async function askedRequests(parameters: AskedRequestsParameters): Promise<AskedRequests> {
  const { runtime, consortium, keys } = parameters;
  const silent: AskedRequests["silent"][number][] = [];
  const members = [...consortium.members.values()].filter(({ status }) => status === "active");
  const pages = await concurrently(members, 6, async (member) => {
    try {
      return await ownPages(parameters, member);
    } catch (error) {
      silent.push({ node: member.organisation, code: codeOf(error) });
      return [];
    }
  });
  const unreadable: AskedRequests["unreadable"][number][] = [];
  const actor = askerOf(keys).actor;
  const mine = gatherRequests(pages.flat()).filter(({ request }) => request.body.requester.actor === actor);
  const requests = await concurrently(mine, 4, async (gathered): Promise<AskedRequest | null> => {
    const { id, request } = gathered;
    try {
      const asked = await openConsentRequest(request.body, "requester", keys.kem);
      const answers = await concurrently(gathered.answers, 4, (answer) =>
        opened(parameters, gathered, answer),
      );
      const answer = newestAnswer(answers);
      const { segment, time, expiresAt } = request.body;
      const state = requestState(gathered, answer, runtime.now());
      return { id, segment, asked, time, expiresAt, state, answer };
    } catch (error) {
      unreadable.push({ id, code: codeOf(error) });
      return null;
    }
  });
  return { requests: requests.filter((one) => one !== null).toReversed(), unreadable, silent };
}

/** A signed wish to one node about the own requests. */
export function askerWishFor(
  { runtime, keys }: Pick<AskedRequestsParameters, "runtime" | "keys">,
  audience: OrganisationId,
  what: Pick<AskerWish["body"], "what" | "request" | "from">,
): AskerWish {
  const requester = askerOf(keys);
  const body = { ...what, audience, requester, nonce: runtime.random(32), time: runtime.now() };
  return { body, signature: sign(askerWishDigest(body), keys.secp256k1) };
}

async function ownPages(
  parameters: AskedRequestsParameters,
  { organisation, endpoint }: Member,
): Promise<RequestPage["requests"]> {
  const client = connect(parameters.runtime, endpoint, httpSigner(parameters.keys.ed25519));
  const all: RequestPage["requests"][number][] = [];
  for (let from: number | null = 0; from !== null;) {
    const wish = askerWishFor(parameters, organisation, { what: "list", request: null, from });
    const page: RequestPage = await client.call(requestRoutes.ownRequests, {}, wish);
    all.push(...page.requests);
    // Not forwards means no end.
    from = page.next !== null && page.next > from ? page.next : null;
  }
  return all;
}

/** `null` for an answer that is not the owner's: a home cannot answer for a patient. */
async function opened(
  { runtime, consortium, keys }: AskedRequestsParameters,
  { id, request }: GatheredRequest,
  answer: SealedConsentAnswer,
): Promise<GivenAnswer | null> {
  const { opening, time } = answer.body;
  const { segment } = request.body;
  if (answer.body.request !== id || segmentIdOfOpening(opening) !== segment) return null;
  const signer = consentAnswerSigner(answer);
  const { identity } = consortium;
  const owner = signer === null ? null : signsFor(identity, segment, signer, answer.delegation ?? null);
  try {
    if (owner !== opening.owner) {
      const { body } = await segmentCard(runtime, consortium, httpSigner(keys.ed25519), segment);
      if (owner === null || owner !== body.owner) return null;
    }
    return { ...(await openConsentAnswer(answer.body, "requester", keys.kem)), time };
  } catch (error) {
    if (error instanceof AnamnesisError) return null;
    throw error;
  }
}
