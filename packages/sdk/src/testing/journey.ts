import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { Day, UnixSeconds } from "@anamnesis/core/ids";
import type { Client } from "@anamnesis/api/client";
import { granteeAccess, type SegmentAccess } from "../access.ts";
import { type Consortium, loadConsortium } from "../consortium.ts";
import { enrol } from "../enrol.ts";
import { granteeOf, grantConsent, type GrantParameters, type GrantResult } from "../grant.ts";
import { type ImportJournal, memoryJournal } from "../journal.ts";
import { type ActorKeys, createActorKeys } from "../keys/actorKeys.ts";
import type { PatientKeys } from "../keys/patientKeys.ts";
import { listGrants } from "../listGrants.ts";
import { type Admission, permitOrganisation } from "../permit.ts";
import { connect, httpSigner } from "../runtime.ts";
import { type ResourceToSeal, sealResources, type SealResult } from "../seal.ts";
import { FakeConsortium } from "./fakeConsortium.ts";
import { random } from "./random.ts";

/** A patient who enrolled and admitted the first hospital, its device, and a doctor of the second. */
export interface Journey {
  readonly world: FakeConsortium;
  readonly consortium: Consortium;
  readonly device: ActorKeys;
  readonly doctor: ActorKeys;
  readonly admission: Admission;
  readonly journal: ImportJournal;
  /** As the patient's device saved them last. */
  readonly keys: () => PatientKeys;
  readonly save: (keys: PatientKeys) => Promise<void>;
  readonly recoveryKit: string;
  /** The first hospital's node, for its device. */
  readonly node: Client;
  readonly seal: (resources: readonly ResourceToSeal[]) => Promise<SealResult>;
  readonly grant: (parameters?: Partial<GrantParameters>) => Promise<GrantResult>;
  readonly access: (by?: ActorKeys) => Promise<readonly SegmentAccess[]>;
}

export function resource(
  id: string,
  resourceType = "Observation",
  day: number | null = 20_000,
): ResourceToSeal & { readonly bytes: Uint8Array } {
  return {
    segmentKind: "general",
    attributes: { resourceType, from: day as Day | null, to: day as Day | null, labels: [] },
    mediaType: "application/fhir+json",
    bytes: utf8ToBytes(JSON.stringify({ resourceType, id })),
    source: { key: `north|${resourceType}/${id}`, version: "version:1" },
  };
}

export async function beginJourney(given?: FakeConsortium): Promise<Journey> {
  const world = given ?? (await FakeConsortium.create());
  const { runtime } = world;
  const north = world.member(0).organisation;
  const south = world.member(1).organisation;
  const device = await createActorKeys({ subject: "device", name: "Importer", organisation: north, random });
  const doctor = await createActorKeys({
    subject: "practitioner",
    name: "Dr. Ada",
    organisation: south,
    random,
  });
  world.register(device);
  world.register(doctor);
  const consortium = await loadConsortium({ runtime, endpoint: world.member(0).endpoint });
  let saved: PatientKeys | null = null;
  const save = async (keys: PatientKeys): Promise<void> => void (saved = keys);
  const enrolment = await enrol({ runtime, consortium, homes: [north, south], save });
  const keys = (): PatientKeys => saved ?? enrolment.keys;
  const notAfter = (world.time + 86_400) as UnixSeconds;
  const admission = await permitOrganisation({
    keys: keys(),
    identity: world.identity,
    organisation: north,
    notAfter,
    random,
  });
  const journal = memoryJournal();
  const node = connect(runtime, world.member(0).endpoint, httpSigner(device.ed25519));
  const { identity } = world;
  const { committee } = consortium;
  return {
    world,
    consortium,
    device,
    doctor,
    admission,
    journal,
    keys,
    save,
    recoveryKit: enrolment.recoveryKit,
    node,
    seal: (resources) =>
      sealResources({
        runtime,
        identity,
        node,
        device,
        organisation: north,
        admission,
        committee,
        resources,
        journal,
      }),
    grant: (parameters = {}) =>
      grantConsent({
        runtime,
        consortium,
        keys: keys(),
        save,
        kinds: ["general"],
        grantee: granteeOf(doctor.card),
        resourceTypes: ["*"],
        purposes: ["TREAT"],
        notAfter,
        ...parameters,
      }),
    access: async (by = doctor) => {
      const own = connect(runtime, world.member(1).endpoint, httpSigner(by.ed25519));
      const { grants } = await listGrants({ node: own, keys: by, identity });
      return grants.map((grant) => granteeAccess(by, grant.content));
    },
  };
}
