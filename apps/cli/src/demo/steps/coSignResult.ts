import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { hasCode } from "@anamnesis/core/errors";
import type { RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { endorseRecord } from "@anamnesis/sdk/endorse";
import { endorsementQueue } from "@anamnesis/sdk/endorsementQueue";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { memoryJournal } from "@anamnesis/sdk/journal";
import { ownerAccess } from "@anamnesis/sdk/access";
import { readLedger } from "@anamnesis/sdk/ledgerView";
import { openRecords } from "@anamnesis/sdk/open";
import { permitOrganisation } from "@anamnesis/sdk/permit";
import { endorsementText } from "@anamnesis/sdk/recordStanding";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { type ResourceToSeal, sealResources } from "@anamnesis/sdk/seal";
import { duration } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { CAST, PEOPLE } from "../cast.ts";
import { expectThat } from "../expectation.ts";
import { grantedAccess, type Journey, newcomerOf, VALID } from "../journey.ts";
import { until } from "../until.ts";

const RESULT = {
  segmentKind: "general",
  attributes: { resourceType: "Observation", from: null, to: null, labels: [] },
  mediaType: "application/fhir+json",
  bytes: utf8ToBytes(
    JSON.stringify({
      resourceType: "Observation",
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "2345-7", display: "Glucose" }] },
      valueQuantity: { value: 5.4, unit: "mmol/l" },
    }),
  ),
  source: null,
} satisfies ResourceToSeal;

/** 11: a laboratory's result counts as final when laboratory and hospital have both signed it on the ledger. */
export async function coSignResult(journey: Journey, facts: Facts): Promise<readonly string[]> {
  const { world } = journey;
  const { consortium, nodes, people } = world;
  const newcomer = newcomerOf(journey);
  const record = await writeResult(journey);
  const node = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
  await until({ what: "the result waiting at the hospital", pause: 200 }, async () => {
    const { waiting } = await endorsementQueue(node);
    return waiting.find((item) => item.record === record && item.endorsed.length === 1) ?? null;
  });
  const before = await standing(journey, record);
  expectThat(before === "preliminary (1 of 2)", "with the laboratory's signature alone it is preliminary", {
    found: before ?? "none",
  });

  const granted = await grantConsent({
    runtime: systemRuntime,
    consortium,
    keys: newcomer.keys,
    save: newcomer.save,
    kinds: ["general"],
    grantee: granteeOf(people.doctor.card),
    resourceTypes: ["Observation"],
    purposes: ["TREAT"],
    notAfter: (systemRuntime.now() + VALID) as UnixSeconds,
  });
  const [access] = await grantedAccess(world, people.doctor, granted.consents);
  expectThat(access !== undefined, "the doctor has a grant");
  const begin = performance.now();
  // The registration stands at one node; each custodian reads the ledger for itself, some moments apart.
  const { endorsed } = await until({ what: "custodians that know the consent" }, () =>
    unlessUnknown(() =>
      endorseRecord({
        runtime: systemRuntime,
        consortium,
        access,
        purpose: "TREAT",
        node,
        record,
        approve: ({ attributes }) => attributes.resourceType === "Observation",
      }),
    ),
  );
  expectThat(endorsed, "the doctor opened the result and signed it");
  await until({ what: "a final result", pause: 200 }, async () =>
    (await standing(journey, record)) === "final" ? true : null,
  );
  const final = performance.now() - begin;
  Object.assign(facts, { endorsers: 2, finalMs: Math.round(final) });
  return [
    `${CAST.laboratory.name} writes a result and signs it: preliminary (1 of 2)`,
    `${PEOPLE.doctor.name} opens it under the patient's consent and signs for ${CAST.south.name}: final on the ledger after ${duration(final)}`,
  ];
}

/** `null` when no custodian released a share. */
async function unlessUnknown<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, "not-opened")) return null;
    throw error;
  }
}

/** What the ledger says of the record, held against its header; `null` when its owner does not open it. */
async function standing(journey: Journey, record: RecordId): Promise<string | null> {
  const { consortium, ledger } = journey.world;
  const { opened } = await openRecords({
    runtime: systemRuntime,
    consortium,
    access: ownerAccess(newcomerOf(journey).keys, "general"),
    purpose: "PATRQT",
    ledger: await readLedger(ledger),
    filter: (item) => item.record === record,
  });
  const endorsement = opened[0]?.standing?.endorsement ?? null;
  return endorsement === null ? null : endorsementText(endorsement);
}

async function writeResult(journey: Journey): Promise<RecordId> {
  const { consortium, nodes, people } = journey.world;
  const { organisation, url } = nodes.laboratory;
  const { identity, committee } = consortium;
  const { keys } = newcomerOf(journey);
  const notAfter = (systemRuntime.now() + VALID) as UnixSeconds;
  const { random } = systemRuntime;
  const endorsers = { threshold: 2, organisations: [organisation, nodes.south.organisation] };
  const { sealed } = await sealResources({
    runtime: systemRuntime,
    identity,
    node: connect(systemRuntime, url, httpSigner(people.analyser.ed25519)),
    device: people.analyser,
    organisation,
    admission: await permitOrganisation({ keys, identity, organisation, notAfter, random }),
    committee,
    resources: [{ ...RESULT, endorsers }],
    journal: memoryJournal(),
  });
  const [result] = sealed;
  expectThat(result !== undefined, "the laboratory's node took the result");
  newcomerOf(journey).coSigned = result.record;
  return result.record;
}
