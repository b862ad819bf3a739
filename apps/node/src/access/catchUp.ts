import type { ConsentId, OrganisationId } from "@anamnesis/core/ids";
import { consentStateOf, isRevoked } from "./requesterState.ts";
import type { NodeContext } from "../context.ts";

/** What a request stands on and the own copy of the ledger does not have. */
export interface Unknown {
  readonly batches: readonly { readonly organisation: OrganisationId; readonly sequence: number }[];
  readonly consents: readonly ConsentId[];
  /** What the request shows: nothing is waited for once one of them is revoked. */
  readonly shown: readonly ConsentId[];
}

/** Resolves with true when it is worth looking at the request once more. */
export type CatchUp = (unknown: Unknown) => Promise<boolean>;

type CatchUpContext = Pick<NodeContext, "db" | "copy" | "clock" | "timers" | "wake" | "metrics">;

/** Longest wait of a request, in milliseconds: two looks at the ledger by the defaults, and a manifest fetched. */
const PATIENCE = 2500;
/** Milliseconds between two looks whether it has come. */
const LOOK_EVERY = 100;
/** Seconds after which a manifest that is still missing is nothing that is just on its way. */
const ON_ITS_WAY = 60;
/** Requests that wait at once; further ones are answered by what is known. */
const MOST_WAITING = 32;

/**
 * A record was anchored, or a consent registered, a moment ago: the requester's home knows it already, this node reads it with its next look at the
 * ledger. Whoever asks in between is not refused for it, nor is a refusal written into the patient's log: the request waits until the copy has it,
 * bounded in time and number.
 *
 * How long it takes tells what the public ledger tells, and nothing about a patient.
 */
export function createCatchUp(
  context: CatchUpContext,
  metric: "release_waits_total" | "access_waits_total",
): CatchUp {
  let waiting = 0;
  return async (unknown) => {
    if (waiting >= MOST_WAITING || !(await isOnItsWay(context, unknown))) return false;
    waiting++;
    try {
      const until = context.timers.now() + PATIENCE;
      let coming = true;
      while (coming && context.timers.now() < until) {
        context.wake("indexer");
        await context.timers.sleep(LOOK_EVERY);
        coming = await isOnItsWay(context, unknown);
      }
      context.metrics.count(metric, { outcome: coming ? "in-vain" : "caught-up" });
      return true;
    } finally {
      waiting--;
    }
  };
}

/** False for what is revoked: that is refused at once. Whether a batch or a consent is not in the copy, or the manifest of a batch of the last minute, or of one before it, is not held. */
async function isOnItsWay(
  context: Pick<NodeContext, "db" | "copy" | "clock">,
  { batches, consents, shown }: Unknown,
): Promise<boolean> {
  if (batches.length + consents.length === 0 || (await isRevoked(context, shown))) return false;
  for (const consent of consents) if ((await consentStateOf(context, consent)) === "none") return true;
  if (batches.length === 0) return false;
  const missing = await context.db.query(
    `select 1 as one from unnest($1::text[], $2::bigint[]) as a (organisation, sequence)
     where not exists (select 1 from ledger_batches b where b.organisation = a.organisation and b.sequence = a.sequence)
        or exists (select 1 from ledger_batches m where m.organisation = a.organisation and m.sequence <= a.sequence
                   and not m.manifest_held and not m.manifest_invalid and m.time >= $3) limit 1`,
    [
      batches.map(({ organisation }) => organisation),
      batches.map(({ sequence }) => sequence),
      context.clock.now() - ON_ITS_WAY,
    ],
  );
  return missing.length > 0;
}
