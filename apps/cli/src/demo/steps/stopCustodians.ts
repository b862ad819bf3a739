import type { ConsentId } from "@anamnesis/core/ids";
import { keptConsentId, segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { type OpenResult, openRecords } from "@anamnesis/sdk/open";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import { duration } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { expectRefusal, expectThat } from "../expectation.ts";
import { firstPatient, grantedAccess, type Journey, rememberRequests } from "../journey.ts";
import { measureRevocation, REVOCATION_LIMIT } from "./revokeDoctor.ts";

/** 7: with one custodian down all goes on; with two down nothing opens and no revocation is called done; then they come back. */
export async function stopCustodians(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world } = journey;
  const { nodes, consortium, people } = world;
  const patient = firstPatient(journey);
  const [first, second] = journey.specialistConsents;
  expectThat(first !== undefined && second !== undefined, "the specialist has two consents");

  await nodes.laboratory.stop();
  const oneDown = await openOne(journey);
  expectThat(oneDown.opened.length === 1, "two custodians open a record");
  const revoked = await measureRevocation(journey, people.specialist, [first]);
  expectThat(revoked.refusedAfter <= REVOCATION_LIMIT, "refused in time with one custodian down", {
    milliseconds: Math.round(revoked.refusedAfter),
  });

  await nodes.north.stop();
  const from = systemRuntime.now();
  const notOpened = await expectRefusal("too-few-custodians", "one custodian alone opens nothing", () =>
    openOne(journey),
  );
  const notRevoked = await expectRefusal(
    "revocation-not-in-force",
    "a revocation that one custodian stored is not called in force",
    () => revoke(journey, second),
  );
  journey.outage = { from, to: systemRuntime.now(), up: nodes.south.organisation };

  const restart = performance.now();
  await Promise.all([nodes.north.start(), nodes.laboratory.start()]);
  await Promise.all([nodes.north.ready(), nodes.laboratory.ready()]);
  const restarted = performance.now() - restart;
  await revoke(journey, second);
  const kept = segmentOf(patient.keys, "substance-use").consents.find(
    (item) => keptConsentId(consortium.identity, item) === second,
  );
  expectThat(kept?.status === "revoked", "the revocation is completed when they are back");
  const again = await openOne(journey);
  expectThat(again.opened.length === 1, "records open again");
  Object.assign(facts, {
    openedWithOneDown: 1,
    revokedWithOneDownMs: Math.round(revoked.refusedAfter),
    openWithTwoDown: notOpened.code,
    revokeWithTwoDown: notRevoked.code,
    restartMs: Math.round(restarted),
  });
  return [
    `one down: a record opens, and a revocation refuses after ${duration(revoked.refusedAfter)}`,
    `two down: nothing opens (${notOpened.code}) and no revocation counts as done (${notRevoked.code}); missing: ${String(notOpened.meta["missing"])}`,
    `both back and caught up after ${duration(restarted)}: the begun revocation is completed, records open again`,
  ];
}

/** The doctor opens one record of the first patient that is general. */
async function openOne(journey: Journey): Promise<OpenResult> {
  const { world } = journey;
  const { consortium, people } = world;
  const consents = journey.doctorConsents.get(firstPatient(journey)) ?? [];
  const accesses = await grantedAccess(world, people.doctor, consents);
  const access = accesses.find(({ opening }) => opening.kind === "general");
  expectThat(access !== undefined, "the doctor has a grant for the general segment");
  const common = { runtime: systemRuntime, consortium, access, purpose: "TREAT" } as const;
  const listing = await listRecords(common);
  const chosen = listing.records[0]?.record;
  const result = await openRecords({ ...common, listing, filter: ({ record }) => record === chosen });
  rememberRequests(journey, result);
  return result;
}

async function revoke({ world, ...journey }: Journey, consent: ConsentId): Promise<void> {
  const patient = firstPatient({ world, ...journey });
  await revokeConsent({
    runtime: systemRuntime,
    consortium: world.consortium,
    keys: patient.keys,
    save: patient.save,
    consents: [consent],
  });
}
