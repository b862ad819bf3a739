import type { ConsentId, Digest, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { granteeAccess, type SegmentAccess } from "@anamnesis/sdk/access";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { listGrants } from "@anamnesis/sdk/listGrants";
import type { PatientKeys, SaveKeys } from "@anamnesis/sdk/keys/patientKeys";
import type { Listing } from "@anamnesis/sdk/listRecords";
import type { OpenResult } from "@anamnesis/sdk/open";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { systemRuntime } from "../runtime.ts";
import type { DemoPatient } from "./patient.ts";
import type { Sources } from "./sources.ts";
import type { World } from "./start/startWorld.ts";
import { expectThat } from "./expectation.ts";

/** Grants are given for a day. */
export const VALID = 24 * 3600;

export interface Newcomer {
  keys: PatientKeys;
  readonly save: SaveKeys;
  /** The laboratory's result that two organisations signed. */
  coSigned: RecordId | null;
}

/** What the steps of the journey hand on. */
export interface Journey {
  readonly world: World;
  readonly sources: Sources;
  readonly patients: readonly DemoPatient[];
  /** Unix seconds. */
  readonly begunAt: number;
  /** Records that were accepted in this run or an earlier one. */
  readonly records: { readonly record: RecordId; readonly organisation: OrganisationId }[];
  /** Consents of the doctor, by patient. */
  readonly doctorConsents: Map<DemoPatient, readonly ConsentId[]>;
  /** What the first patient's doctor listed and may show around. */
  readonly listings: Map<SegmentKind, { readonly access: SegmentAccess; readonly listing: Listing }>;
  specialistConsents: readonly ConsentId[];
  /** Digests of requests about the first patient that custodians answered, and how many of them refused everything. */
  readonly requests: Set<Digest>;
  readonly refusals: Set<Digest>;
  /** Whom the front desk enrolled, with own keys since the take-over. */
  newcomer: Newcomer | null;
  /** While two custodians were down, in Unix seconds. */
  outage: { readonly from: number; readonly to: number; readonly up: OrganisationId } | null;
}

export function beginJourney(world: World, sources: Sources, patients: readonly DemoPatient[]): Journey {
  return {
    world,
    sources,
    patients,
    begunAt: systemRuntime.now(),
    records: [],
    doctorConsents: new Map(),
    listings: new Map(),
    specialistConsents: [],
    requests: new Set(),
    refusals: new Set(),
    newcomer: null,
    outage: null,
  };
}

export function firstPatient(journey: Journey): DemoPatient {
  const [first] = journey.patients;
  expectThat(first !== undefined, "the journey has a patient");
  return first;
}

export function newcomerOf({ newcomer }: Journey): Newcomer {
  expectThat(newcomer !== null, "somebody took over from the front desk");
  return newcomer;
}

/** The segments that these consents open for an actor, from the grants that wait at the actor's own node. */
export async function grantedAccess(
  { nodes, consortium }: World,
  actor: ActorKeys,
  consents: readonly ConsentId[],
): Promise<readonly SegmentAccess[]> {
  const node = connect(systemRuntime, nodes.south.url, httpSigner(actor.ed25519));
  const { grants } = await listGrants({ node, keys: actor, identity: consortium.identity });
  return grants
    .filter((grant) => consents.includes(grant.consent))
    .map((grant) => granteeAccess(actor, grant.content));
}

/** Remembers what custodians answered about the first patient, to find it in the access log. */
export function rememberRequests(journey: Journey, result: OpenResult): void {
  for (const { request } of result.report.receipts) {
    journey.requests.add(request);
    if (result.opened.length === 0) journey.refusals.add(request);
  }
}
