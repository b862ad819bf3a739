import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { ownerAccess } from "@anamnesis/sdk/access";
import { enrol } from "@anamnesis/sdk/enrol";
import { memoryJournal } from "@anamnesis/sdk/journal";
import { newestCard, type PatientKeys, type SaveKeys } from "@anamnesis/sdk/keys/patientKeys";
import { createSeed, printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { handOverLocator, openHandOver, sealHandOver } from "@anamnesis/sdk/owner/handOver";
import { takeOver } from "@anamnesis/sdk/owner/takeOver";
import { permitOrganisation } from "@anamnesis/sdk/permit";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { type ResourceToSeal, sealResources } from "@anamnesis/sdk/seal";
import { counted } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { CAST } from "../cast.ts";
import { expectRefusal, expectThat } from "../expectation.ts";
import { type Journey, newcomerOf, VALID } from "../journey.ts";
import { until } from "../until.ts";

const NOTE: ResourceToSeal = {
  segmentKind: "general",
  attributes: { resourceType: "Observation", from: null, to: null, labels: [] },
  mediaType: "application/fhir+json",
  bytes: utf8ToBytes(
    JSON.stringify({ resourceType: "Observation", status: "final", code: { text: "pulse" } }),
  ),
  source: null,
};

/** 10: somebody without a device is enrolled at the front desk, and takes the segments over with a one-time code. */
export async function takeOverFromDesk(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { consortium, nodes, people } = journey.world;
  const common = { runtime: systemRuntime, consortium } as const;
  const desk = await enrolAtDesk(journey);
  await writeNote(journey, desk.keys);

  const { code, locator, sealed } = await sealHandOver(desk.keys, desk.recoveryKit, systemRuntime.random);
  const expiresAt = (systemRuntime.now() + 3600) as UnixSeconds;
  const staff = connect(systemRuntime, nodes.north.url, httpSigner(people.importer.ed25519));
  await staff.call(exchangeRoutes.putHandOver, {}, { locator, sealed, expiresAt });

  // The person's own device: it knows the code, and nobody knows its seed.
  const anyone = connect(systemRuntime, nodes.north.url, null);
  const given = await anyone.call(exchangeRoutes.getHandOver, { locator: handOverLocator(code) }, undefined);
  const handOver = await openHandOver(code, given.sealed);
  const recoveryKit = printRecoveryKit(createSeed(systemRuntime.random));
  let mine: PatientKeys = handOver.keys;
  const save: SaveKeys = async (saved) => void (mine = saved);
  await takeOver({ ...common, handOver, recoveryKit, save });
  const keys = mine;
  const provisional = keys.segments.filter((segment) => newestCard(segment).body.provisional !== null);
  expectThat(provisional.length === 0, "no segment is provisional any more");
  const { opened } = await openRecords({
    ...common,
    access: ownerAccess(keys, "general"),
    purpose: "PATRQT",
  });
  expectThat(opened.length === 1, "the person opens what the desk's hospital wrote", {
    opened: opened.length,
  });
  await expectRefusal("not-opened", "the desk's keys own nothing any more", () =>
    listRecords({ ...common, access: ownerAccess(desk.keys, "general"), purpose: "PATRQT" }),
  );
  journey.newcomer = {
    keys,
    coSigned: null,
    save: async (saved) => void (newcomerOf(journey).keys = saved),
  };
  Object.assign(facts, { segments: keys.segments.length, opened: opened.length, codeLength: code.length });
  return [
    `${CAST.north.name} enrolled somebody with keys marked provisional; a one-time code gave ${counted(keys.segments.length, "segment")} to the person's own keys`,
    "what the desk still has owns nothing any more",
  ];
}

async function enrolAtDesk({ world: { consortium, nodes } }: Journey): Promise<{
  readonly keys: PatientKeys;
  readonly recoveryKit: string;
}> {
  const { keys, recoveryKit } = await enrol({
    runtime: systemRuntime,
    consortium,
    homes: [nodes.north.organisation, nodes.south.organisation],
    save: async () => undefined,
    provisional: nodes.north.organisation,
  });
  return { keys, recoveryKit };
}

/** One record of the desk's hospital, anchored. */
async function writeNote({ world }: Journey, keys: PatientKeys): Promise<void> {
  const { consortium, nodes, people } = world;
  const { organisation, url } = nodes.north;
  const { identity, committee } = consortium;
  const notAfter = (systemRuntime.now() + VALID) as UnixSeconds;
  const admission = await permitOrganisation({
    keys,
    identity,
    organisation,
    notAfter,
    random: systemRuntime.random,
  });
  await sealResources({
    runtime: systemRuntime,
    identity,
    node: connect(systemRuntime, url, httpSigner(people.importer.ed25519)),
    device: people.importer,
    organisation,
    admission,
    committee,
    resources: [NOTE],
    journal: memoryJournal(),
  });
  const access = ownerAccess(keys, "general");
  await until({ what: "the note anchored", pause: 200 }, async () => {
    const { records } = await listRecords({ runtime: systemRuntime, consortium, access, purpose: "PATRQT" });
    return records[0]?.anchor ?? null;
  });
}
