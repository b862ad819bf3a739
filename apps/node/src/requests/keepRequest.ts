import { AnamnesisError } from "@anamnesis/core/errors";
import type { Queryable } from "@anamnesis/core/ports/database";
import {
  consentRequestId,
  consentRequestSigner,
  LONGEST_REQUEST,
  type SealedConsentRequest,
  sealedConsentRequest,
  type SealedConsentRequestBody,
} from "@anamnesis/core/request/consentRequest";
import type { NodeContext } from "../context.ts";
import { RateLimit } from "../http/rateLimit.ts";
import { requireActiveAsker } from "./requireActiveAsker.ts";

/** Requests that one requester makes at once, and afterwards each second: a clinic's morning, then one a minute. */
const ARRIVALS = { burst: 30, rate: 1 / 60 };
/** Most that wait at a node: of all, of one requester, for one segment, and of one requester for one segment. */
const MOST = { all: 20_000, requester: 512, segment: 64, pair: 4 } as const;
/** Seconds by which a requester's clock may be ahead. */
const AHEAD = 60;

/** How fast requests may come from each requester. */
export function requestArrivals(): RateLimit {
  return new RateLimit(ARRIVALS);
}

/**
 * Keeps a request for access until its patient answers, durably. Whether the segment exists is not looked at, so that nobody learns it here: a request to nobody waits and expires like one that is not answered.
 * The same again succeeds and changes nothing.
 *
 * Throws `bad-request-signature`, `not-authorised`, `bad-request`, `rate-limited`, `requests-full`.
 */
export async function keepRequest(
  context: Pick<NodeContext, "db" | "copy" | "clock" | "timers" | "durable">,
  arrivals: RateLimit,
  value: SealedConsentRequest,
): Promise<void> {
  const { body } = value;
  const signer = consentRequestSigner(value);
  if (signer === null) throw notSigned();
  await requireActiveAsker(context, body.requester, signer);
  const request = consentRequestId(body);
  const known = await context.db.query("select 1 as one from consent_requests where request = $1", [request]);
  if (known.length > 0) return;
  const now = context.clock.now();
  // What has expired is deleted some time later and stays refused: nothing comes back.
  if (body.time > now + AHEAD || body.expiresAt <= now || body.expiresAt > body.time + LONGEST_REQUEST)
    throw badTimes();
  arrivals.take(body.requester.actor, context.timers.now());
  await context.durable("request.rows", () =>
    context.db.transaction(async (tx) => {
      await requireRoom(tx, body, now);
      await tx.query(
        `insert into consent_requests (request, segment, requester, bytes, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (request) do nothing`,
        [request, body.segment, body.requester.actor, sealedConsentRequest.encode(value), body.expiresAt],
      );
    }),
  );
}

async function requireRoom(
  tx: Queryable,
  { segment, requester: { actor } }: SealedConsentRequestBody,
  now: number,
): Promise<void> {
  const rows = await tx.query<Record<keyof typeof MOST, number>>(
    `select count(*)::int as all, (count(*) filter (where requester = $2))::int as requester,
       (count(*) filter (where segment = $1))::int as segment,
       (count(*) filter (where segment = $1 and requester = $2))::int as pair
     from consent_requests where expires_at > $3 and answer is null and withdrawn_at is null`,
    [segment, actor, now],
  );
  const waiting = rows[0];
  if (waiting === undefined) return;
  for (const what of ["pair", "requester", "segment", "all"] as const)
    if (waiting[what] >= MOST[what]) throw requestsFull(what);
}

function notSigned(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "A request for access is signed by who asks, with all that is sealed in it.",
    fix: "Sign it with the key that the directory names.",
  });
}

function badTimes(): AnamnesisError<"bad-request"> {
  return new AnamnesisError({
    code: "bad-request",
    rule: "A request for access waits for at most 30 days from the time at which it was signed.",
    fix: "Ask anew with a time within that, and compare this machine's clock with the node's.",
  });
}

function requestsFull(what: keyof typeof MOST): AnamnesisError<"requests-full"> {
  const own = what === "pair" || what === "requester";
  return new AnamnesisError({
    code: "requests-full",
    rule: "A bounded number of requests waits at a node.",
    fix: own
      ? "Wait for an answer to those that you made, or withdraw one."
      : "Ask again later, or ask the patient in person.",
    meta: { most: MOST[what], retryAfter: 3600 },
  });
}
