import type { ConsentId } from "@anamnesis/core/ids";
import type { SegmentAccess } from "@anamnesis/sdk/access";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { newestCard, segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { listRecords, type Listing } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { revokeConsent, type RevokeResult } from "@anamnesis/sdk/revoke";
import { counted, duration } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { PEOPLE } from "../cast.ts";
import { expectRefusal, expectThat } from "../expectation.ts";
import { firstPatient, grantedAccess, type Journey, rememberRequests } from "../journey.ts";

/** Milliseconds from the patient's signature to the refusal, on a machine with other work too; what it takes stands in the report. */
export const REVOCATION_LIMIT = 10_000;

/** 8: the patient revokes everything; the doctor is refused in time, and new records have a new key. */
export async function revokeDoctor(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world } = journey;
  const patient = firstPatient(journey);
  const consents = journey.doctorConsents.get(patient) ?? [];
  const epochs = patient.keys.segments.map((segment) => newestCard(segment).body.epoch);
  const { inForceAfter, refusedAfter, result, accesses } = await measureRevocation(
    journey,
    world.people.doctor,
    consents,
  );
  expectThat(refusedAfter <= REVOCATION_LIMIT, "the doctor is refused soon after the signature", {
    milliseconds: Math.round(refusedAfter),
  });
  const risen = patient.keys.segments.every(
    (segment, i) =>
      newestCard(segmentOf(patient.keys, segment.opening.kind)).body.epoch === (epochs[i] ?? 0) + 1,
  );
  expectThat(risen, "every segment has a new epoch");
  for (const { access } of accesses) {
    await expectRefusal("not-opened", "homes list nothing after the revocation", () =>
      listRecords({ runtime: systemRuntime, consortium: world.consortium, access, purpose: "TREAT" }),
    );
  }
  const acknowledged = Math.min(...result.revoked.map((item) => item.acknowledged.length));
  Object.assign(facts, {
    consents: consents.length,
    acknowledged,
    inForceMs: Math.round(inForceAfter),
    refusedMs: Math.round(refusedAfter),
    newEpochs: patient.keys.segments.length,
  });
  return [
    `${counted(consents.length, "consent")} of ${PEOPLE.doctor.name} revoked: in force at ${acknowledged} custodians after ${duration(inForceAfter)}, refused ${duration(refusedAfter)} after the signature`,
    `a new epoch in ${counted(patient.keys.segments.length, "segment")}: what is written from now on has keys that the doctor never had`,
  ];
}

export interface MeasuredRevocation {
  /** Milliseconds from the call that signs until enough custodians have stored it, and until the grantee is refused. */
  readonly inForceAfter: number;
  readonly refusedAfter: number;
  readonly result: RevokeResult;
  readonly accesses: readonly Opened[];
}

interface Opened {
  readonly access: SegmentAccess;
  readonly listing: Listing;
}

/** Revokes, and lets the grantee try again the moment that it is in force, with headers and key from before. */
export async function measureRevocation(
  journey: Journey,
  grantee: ActorKeys,
  consents: readonly ConsentId[],
): Promise<MeasuredRevocation> {
  const { world } = journey;
  const { consortium } = world;
  const patient = firstPatient(journey);
  const purpose = "TREAT" as const;
  const accesses: Opened[] = [];
  for (const access of await grantedAccess(world, grantee, consents)) {
    const listing = await listRecords({ runtime: systemRuntime, consortium, access, purpose });
    accesses.push({ access, listing });
  }
  const target = accesses.find(({ listing }) => listing.records.length > 0);
  expectThat(target !== undefined, "the grantee could list a record before");
  const begin = performance.now();
  let inForceAfter = Number.POSITIVE_INFINITY;
  let refusedAfter = Number.POSITIVE_INFINITY;
  const result = await revokeConsent({
    runtime: systemRuntime,
    consortium,
    keys: patient.keys,
    save: patient.save,
    consents,
    onInForce: async () => {
      inForceAfter = performance.now() - begin;
      refusedAfter = await tryAgain();
    },
  });
  async function tryAgain(): Promise<number> {
    if (target === undefined) return Number.POSITIVE_INFINITY;
    const attempt = await openRecords({
      runtime: systemRuntime,
      consortium,
      purpose,
      access: target.access,
      listing: { ...target.listing, records: target.listing.records.slice(0, 1) },
      askAnyway: true,
      ask: "all",
    });
    const after = performance.now() - begin;
    rememberRequests(journey, attempt);
    expectThat(attempt.opened.length === 0 && attempt.message !== null, "the grantee is refused at once");
    return after;
  }
  return { inForceAfter, refusedAfter, result, accesses };
}
