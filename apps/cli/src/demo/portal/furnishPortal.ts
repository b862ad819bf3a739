import { access } from "node:fs/promises";
import { encodeJson } from "@anamnesis/api/http/jsonBody";
import { demoFile, type DemoPerson } from "@anamnesis/api/portalDemo";
import { ACCOUNT_BYTES } from "@anamnesis/api/routes/portal";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { type PortalVault, sealVault } from "@anamnesis/sdk/keys/vault";
import { writeDurably } from "../../files/durableFile.ts";
import { counted } from "../../output/format.ts";
import type { Facts } from "../../output/steps.ts";
import { systemRuntime } from "../../runtime.ts";
import { ORGANISATIONS, type OrganisationKey, PEOPLE } from "../cast.ts";
import { beginJourney, type Journey } from "../journey.ts";
import { DemoPatient } from "../patient.ts";
import { portalSource } from "../sources.ts";
import type { World } from "../start/startWorld.ts";
import { awaitSignatures } from "./awaitSignatures.ts";
import { type PortalPerson, type PortalPersonId, portalPeople } from "./portalPeople.ts";
import { enrolPatients } from "../steps/enrolPatients.ts";
import { importRecords } from "../steps/importRecords.ts";

/** Seconds for which the doctor may read: whoever comes back after a weekend finds it as it was. */
const GRANTED = 30 * 24 * 3600;

type Unsealed = PortalPerson & { readonly vault: PortalVault };

/**
 * 15: a patient with records and a doctor who may read them, doctors of the two organisations that wrote them and an administrator can sign in at the portal of their
 * organisation's node. Once: what they do there afterwards stays.
 */
export async function furnishPortal({ world }: Journey, facts: Facts): Promise<readonly string[]> {
  const { state } = world;
  const there = await Promise.all(ORGANISATIONS.map((key) => isThere(state.node(key).portal)));
  if (there.every(Boolean)) {
    facts["people"] = null;
    return ["they are there from before"];
  }
  const patient = await furnishPatient(world);
  const people = peopleOf(world, patient);
  // The patient's last: from then on the keys in the vault are the ones that count.
  for (const key of ORGANISATIONS.toReversed()) {
    const sealed = await Promise.all(people[key].map(sealPerson));
    await writeDurably(state.node(key).portal, `${encodeJson(demoFile, sealed)}\n`);
  }
  const count = Object.values(people).flat().length;
  Object.assign(facts, { people: count, records: patient.all().length });
  return [
    `${counted(count, "person")} with sealed vaults at 3 portals; the patient has ${counted(patient.all().length, "record")} and shares them with ${PEOPLE.doctor.name}`,
  ];
}

async function furnishPatient(world: World): Promise<DemoPatient> {
  const sources = portalSource();
  const patients = sources.patients.map((source) => new DemoPatient(world.state, world.lock, source));
  const journey = beginJourney(world, sources, patients);
  await enrolPatients(journey, {});
  await importRecords(journey, {});
  const [patient] = patients as [DemoPatient];
  await awaitSignatures(world, patient);
  await grantConsent({
    runtime: systemRuntime,
    consortium: world.consortium,
    keys: patient.keys,
    save: patient.save,
    kinds: SEGMENT_KINDS,
    grantee: granteeOf(world.people.doctor.card),
    resourceTypes: ["*"],
    purposes: ["TREAT"],
    notAfter: (systemRuntime.now() + GRANTED) as UnixSeconds,
  });
  return patient;
}

/** What each of them has in the vault. */
function peopleOf(
  { nodes, people, admins }: World,
  patient: DemoPatient,
): Readonly<Record<OrganisationKey, readonly Unsealed[]>> {
  const homes = [nodes.north.organisation, nodes.south.organisation];
  const staff = { kind: "staff", patient: null, admin: null, homes: [] } as const;
  const vaults: Readonly<Record<PortalPersonId, PortalVault>> = {
    patient: { kind: "patient", patient: patient.keys, actor: null, admin: null, homes },
    registrar: { ...staff, actor: people.registrar },
    administrator: { ...staff, actor: admins.north, admin: admins.north.ed25519 },
    doctor: { ...staff, actor: people.doctor },
    laboratory: { ...staff, actor: people.pathologist },
  };
  const named = portalPeople({ admins }, patient.source);
  const at = (key: OrganisationKey): readonly Unsealed[] =>
    named[key].map((person) => ({ ...person, vault: vaults[person.id] }));
  return { north: at("north"), south: at("south"), laboratory: at("laboratory") };
}

async function sealPerson({ vault, ...person }: Unsealed): Promise<DemoPerson> {
  const { random } = systemRuntime;
  const account = random(ACCOUNT_BYTES);
  const vaultKey = random(32);
  const sealed = await sealVault({ vault, key: vaultKey, account, random });
  return { ...person, account, vaultKey, sealed };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
