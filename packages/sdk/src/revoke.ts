import { AnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { Publication } from "./cards/publishCards.ts";
import type { Consortium } from "./consortium.ts";
import type { Undelivered } from "./deliverGrants.ts";
import {
  keptConsentId,
  type KeptConsent,
  type KeptSegment,
  type PatientKeys,
  type SaveKeys,
} from "./keys/patientKeys.ts";
import { Patience } from "./patience.ts";
import { neededAcknowledgements, sendRevocation, type Sent } from "./revocation/sendRevocation.ts";
import type { Runtime } from "./runtime.ts";
import { startEpoch } from "./startEpoch.ts";

export interface RevokeParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly save: SaveKeys;
  readonly consents: readonly ConsentId[];
  /**
   * Called, and waited for, as soon as all are in force and before the new epoch: nothing that a custodian knows of opens any more. With the answers
   * until then; custodians that have not answered are in neither list.
   */
  readonly onInForce?: (revoked: readonly RevokedConsent[]) => void | Promise<void>;
  /** Called once with what the result says of all custodians, also where a new epoch then fails. */
  readonly onAnswered?: (revoked: readonly RevokedConsent[]) => void;
}

export interface RevokedConsent extends Sent {
  readonly inForceAt: UnixSeconds;
}

export interface RevokeResult {
  readonly keys: PatientKeys;
  readonly revoked: readonly RevokedConsent[];
  /** Where the new epochs' cards stand. */
  readonly published: readonly Publication[];
  /** Remaining grantees whose node did not take the new key: see `deliverOverdueGrants`. */
  readonly undelivered: readonly Undelivered[];
}

/**
 * Revokes consents, and starts a new epoch in their segments. Safe to run again with the same consents after any error
 * or kill; the order of the steps, each kept before the next begins:
 *
 * 1. The consent is marked `revoking`: `completeRevocations` finds it in the device's next session.
 * 2. The revoker signs; the same bytes go to all custodians, each of which stores them for ever and brings them to the
 *    ledger. The signature is deterministic and a custodian stores it once, so a repetition changes nothing. From n-t+1
 *    acknowledgements on, the custodians that did not hear of it are fewer than the threshold: it is in force, and nobody waits for the others, whose
 *    answers come while the next steps are taken, and for at most five seconds after them (`Patience`).
 * 3. The next card is signed and kept as `pending`; a repetition publishes this one and makes no second.
 * 4. The remaining grantees get the new epoch's key, so that none is cut off when authors begin to use it.
 * 5. The card goes to custodians and homes, which take it once. Two homes and `threshold` custodians are needed. A node that hangs, in this step or
 *    the one before, is waited for once, for five seconds.
 * 6. The consent is marked `revoked`.
 *
 * Steps 3 to 6 go segment by segment; what fails in one is thrown when the others are done.
 *
 * Throws `unknown-consent`, `revocation-not-in-force` (naming who is missing: what is stored stays stored, and the ledger's
 * copy counts everywhere once the custodians see it), `cards-not-published`.
 */
export async function revokeConsent(parameters: RevokeParameters): Promise<RevokeResult> {
  const { save } = parameters;
  const chosen = parameters.consents.map((id) => findConsent(parameters, id));
  const segments = new Set(chosen.map((kept) => kept.consent.body.segment));
  const patience = new Patience();
  const begun = await send(parameters, patience);
  let { keys } = begun;

  const keep: SaveKeys = async (now) => {
    await save(now);
    keys = now;
  };
  const published: Publication[] = [];
  const undelivered: Undelivered[] = [];
  let failed: { readonly error: unknown } | null = null;
  for (const id of walletsLast(keys, segments)) {
    try {
      if (needsEpoch(keys, id)) {
        const epoch = await startEpoch({ ...parameters, save: keep, keys, segment: id, patience });
        published.push(...epoch.published);
        undelivered.push(...epoch.undelivered);
      }
      await keep(mark(parameters, keys, "revoked", id));
    } catch (error) {
      // One segment's trouble, a wallet that is lost, holds up no other.
      failed ??= { error };
    }
  }
  const revoked = await begun.answers();
  if (failed !== null) throw failed.error;
  return { keys, revoked, published, undelivered };
}

/**
 * Steps 1 and 2 of `revokeConsent` alone, for who cannot begin a new epoch now: nothing opens any more, and the consents stay `revoking` until `revokeConsent` or `completeRevocations` goes on. No owner
 * signs here, so no wallet is asked.
 *
 * Throws `unknown-consent`, `revocation-not-in-force`.
 */
export async function putInForce(
  parameters: RevokeParameters,
): Promise<Pick<RevokeResult, "keys" | "revoked">> {
  const { keys, answers } = await send(parameters, new Patience());
  return { keys, revoked: await answers() };
}

/** Resolves when all are in force and that was told. Who is given up then reads on the ledger what it did not hear. */
async function send(
  parameters: RevokeParameters,
  patience: Patience,
): Promise<{
  readonly keys: PatientKeys;
  readonly answers: () => Promise<readonly RevokedConsent[]>;
}> {
  const { consortium, save, onInForce, onAnswered } = parameters;
  const chosen = parameters.consents.map((id) => findConsent(parameters, id));
  const keys = mark(parameters, parameters.keys, "revoking");
  await save(keys);
  const sendings = chosen.map((kept) => sendRevocation(parameters, kept));
  await Promise.all(sendings.map(({ decided }) => decided));
  const inForce = inForceOrThrow(consortium, await Promise.all(sendings.map(async (one) => one.soFar())));
  await onInForce?.(inForce);
  return {
    keys,
    answers: async () => {
      const sent = await Promise.all(sendings.map(async (one) => one.answers(patience)));
      const revoked = inForceOrThrow(consortium, sent);
      onAnswered?.(revoked);
      return revoked;
    },
  };
}

/** Throws `revocation-not-in-force`. */
function inForceOrThrow(consortium: Consortium, sent: readonly Sent[]): readonly RevokedConsent[] {
  const missing = sent.filter((item) => item.inForceAt === null);
  if (missing.length > 0) throw notInForce(consortium, missing);
  return sent.flatMap(({ inForceAt, ...rest }) => (inForceAt === null ? [] : [{ ...rest, inForceAt }]));
}

/**
 * What a device's session begins with, before anything else: ends every revocation that an earlier one left unfinished.
 * `null` when there is none. Throws as `revokeConsent`.
 */
export async function completeRevocations(
  parameters: Omit<RevokeParameters, "consents">,
): Promise<RevokeResult | null> {
  const { keys, consortium } = parameters;
  const consents = keys.segments.flatMap((segment) =>
    segment.consents
      .filter((kept) => kept.status === "revoking")
      .map((kept) => keptConsentId(consortium.identity, kept)),
  );
  return consents.length === 0 ? null : revokeConsent({ ...parameters, consents });
}

/** Throws `unknown-consent`. */
function findConsent({ keys, consortium }: RevokeParameters, id: ConsentId): KeptConsent {
  for (const segment of keys.segments) {
    const found = segment.consents.find((kept) => keptConsentId(consortium.identity, kept) === id);
    if (found !== undefined) return found;
  }
  throw new AnamnesisError({
    code: "unknown-consent",
    rule: "A patient revokes a consent that is in the patient's own keys.",
    fix: "Use the newest copy of the key file.",
    meta: { consent: id },
  });
}

/** A consent that is revoked stays so. */
function mark(
  { consents, consortium }: RevokeParameters,
  keys: PatientKeys,
  status: "revoking" | "revoked",
  only: SegmentId | null = null,
): PatientKeys {
  const segments = keys.segments.map((segment) => ({
    ...segment,
    consents: segment.consents.map((kept) =>
      (only === null || segment.id === only) &&
      kept.status !== "revoked" &&
      kept.status !== "ended" &&
      consents.includes(keptConsentId(consortium.identity, kept))
        ? { ...kept, status }
        : kept,
    ),
  }));
  return { ...keys, segments };
}

/** What the device signs itself first: it waits for nobody. */
function walletsLast(keys: PatientKeys, wanted: ReadonlySet<SegmentId>): readonly SegmentId[] {
  const chosen = keys.segments.filter(({ id }) => wanted.has(id));
  const rank = ({ wallet }: KeptSegment): number => (wallet === undefined ? 0 : 1);
  return chosen.sort((a, b) => rank(a) - rank(b)).map(({ id }) => id);
}

/** False when an earlier run came to its end: a repetition starts no further epoch. */
function needsEpoch(keys: PatientKeys, id: SegmentId): boolean {
  const segment = keys.segments.find((item) => item.id === id);
  return segment?.pending !== null || segment.consents.some((kept) => kept.status === "revoking");
}

function notInForce(
  consortium: Consortium,
  sent: readonly Sent[],
): AnamnesisError<"revocation-not-in-force"> {
  const missing = new Set(sent.flatMap((item) => item.silent.map((silent) => silent.custodian)));
  const names = consortium.committee.custodians
    .filter((custodian) => missing.has(custodian.organisation))
    .map((custodian) => custodian.name);
  return new AnamnesisError({
    code: "revocation-not-in-force",
    rule: "A revocation is in force when so many custodians have stored it that the others cannot open anything.",
    fix: "Run it again when the named custodians are up; those that have stored it keep it.",
    meta: {
      needed: neededAcknowledgements(consortium),
      acknowledged: Math.min(...sent.map((item) => item.acknowledged.length)),
      missing: names.join(", "),
    },
  });
}
