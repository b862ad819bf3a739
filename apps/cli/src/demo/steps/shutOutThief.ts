import { join } from "node:path";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { ownerAccess } from "@anamnesis/sdk/access";
import { signNextCard } from "@anamnesis/sdk/cards/signCard";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { epochKey } from "@anamnesis/sdk/keys/epochKeys";
import { newestCard, type PatientKeys, segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { listRecords, type Listing } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { deviceSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { rotateOwner } from "@anamnesis/sdk/owner/rotateOwner";
import { patientClient } from "@anamnesis/sdk/patientClient";
import { readRequired } from "../../files/durableFile.ts";
import { counted, duration } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { expectRefusal, expectThat } from "../expectation.ts";
import { firstPatient, grantedAccess, type Journey, rememberRequests, VALID } from "../journey.ts";

const KIND = "general";

/** 9: the first patient's device is stolen; the printed kit gives the segments to their next owner, and who has the old keys gets nothing. */
export async function shutOutThief(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world } = journey;
  const { consortium } = world;
  const patient = firstPatient(journey);
  const stolen = patient.keys;
  const common = { runtime: systemRuntime, consortium } as const;
  const seen = await listRecords({ ...common, access: ownerAccess(stolen, KIND), purpose: "PATRQT" });

  const kit = await readRequired(join(world.state.patients, `${patient.file}.recovery-kit`), "recovery kit");
  const begin = performance.now();
  const { keys, permits, permitsMissing } = await rotateOwner({
    ...common,
    keys: stolen,
    save: patient.save,
    recoveryKit: new TextDecoder().decode(kit),
  });
  const rotated = performance.now() - begin;
  expectThat(permitsMissing.length === 0, "every home and author has the new owner's permits", {
    code: permitsMissing[0]?.code ?? "",
  });

  await refuseThief(journey, stolen, seen);
  let opened = 0;
  for (const kind of patient.kinds()) {
    const result = await openRecords({ ...common, access: ownerAccess(keys, kind), purpose: "PATRQT" });
    if (kind === KIND) rememberRequests(journey, result);
    opened += result.opened.length;
  }
  const wanted = patient.all().length;
  expectThat(opened === wanted, "the new owner opens every record of before", { opened, wanted });
  const { generation } = newestCard(segmentOf(keys, KIND)).body;
  Object.assign(facts, {
    segments: keys.segments.length,
    generation,
    permits,
    opened,
    rotatedMs: Math.round(rotated),
  });
  return [
    `with the printed kit ${counted(keys.segments.length, "segment")} have their next owner on the ledger after ${duration(rotated)}; ids, records and access log stay, ${counted(permits, "permit")} signed again`,
    `the thief's request, consent and card are refused by every node; the patient opens ${counted(opened, "record")}`,
  ];
}

/** As the owner of before, by a consent that it signs now, and by a card: nothing of it counts any more. */
async function refuseThief(journey: Journey, stolen: PatientKeys, seen: Listing): Promise<void> {
  const { world } = journey;
  const { consortium, people } = world;
  const common = { runtime: systemRuntime, consortium, askAnyway: true, ask: "all" } as const;
  const listing = { ...seen, records: seen.records.slice(0, 1) };
  const asOwner = await openRecords({
    ...common,
    access: ownerAccess(stolen, KIND),
    listing,
    purpose: "PATRQT",
  });
  rememberRequests(journey, asOwner);
  expectThat(asOwner.opened.length === 0, "the owner of before opens nothing");

  const { consents } = await grantConsent({
    runtime: systemRuntime,
    consortium,
    keys: stolen,
    save: async () => undefined,
    kinds: [KIND],
    grantee: granteeOf(people.stranger.card),
    resourceTypes: ["*"],
    purposes: ["TREAT"],
    notAfter: (systemRuntime.now() + VALID) as UnixSeconds,
  });
  const accesses = await grantedAccess(world, people.stranger, consents);
  expectThat(accesses.length === 1, "the thief's consent stands on the ledger and its grant was delivered");
  for (const access of accesses) {
    const byConsent = await openRecords({ ...common, access, listing, purpose: "TREAT" });
    rememberRequests(journey, byConsent);
    expectThat(byConsent.opened.length === 0, "a consent that the owner of before signed opens nothing");
  }

  const segment = segmentOf(stolen, KIND);
  const previous = newestCard(segment);
  const card = await signNextCard(
    consortium.identity,
    deviceSigner(stolen),
    stolen.root,
    segment,
    previous,
    await epochKey(stolen, segment, previous.body.epoch),
  );
  const client = patientClient(systemRuntime, stolen, segment.id, world.nodes.south.url);
  await expectRefusal("card-conflict", "nodes take no card of the owner of before", () =>
    client.call(exchangeRoutes.putCard, {}, card),
  );
}
