import type { Client } from "@anamnesis/api/client";
import { deskRoutes, type NewDeskPatient } from "@anamnesis/api/routes/desk";
import type { KeyCard } from "@anamnesis/core/actor/keyCard";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import type { Consortium } from "../consortium.ts";
import { enrol } from "../enrol.ts";
import { createSeed, printRecoveryKit } from "../keys/recoveryKit.ts";
import { admission, permitOrganisation } from "../permit.ts";
import type { Runtime } from "../runtime.ts";
import { type ProvisionalPatient, sealKeptPatient } from "./keptPatient.ts";

/** Seconds for which the organisation may write for whom it registered; each new code begins them anew. */
export const ADMITTED = 365 * 86_400;

/** A registration of which nothing has left yet. As long as it is at hand, it can be gone on with. */
export interface BegunRegistration {
  readonly person: NewDeskPatient;
  readonly patient: ProvisionalPatient;
}

/**
 * Begins to register somebody without a device: keys from a fresh seed, sealed to the front desk.
 * @param desk key cards of everybody at the desk, whoever registers included.
 */
export async function beginProvisional(parameters: {
  readonly person: Pick<NewDeskPatient, "given" | "family" | "birthDate" | "identifier">;
  readonly homes: readonly OrganisationId[];
  readonly desk: readonly KeyCard[];
  readonly random: (length: number) => Uint8Array;
}): Promise<BegunRegistration> {
  const { person, homes, desk, random } = parameters;
  const patient = { recoveryKit: printRecoveryKit(createSeed(random)), homes };
  const kept = await sealKeptPatient(patient, desk, random);
  return { person: { ...person, entry: random(16), kept }, patient };
}

export interface DeskParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly organisation: OrganisationId;
  /** The own organisation's, with a member of its staff as signer. */
  readonly node: Client;
}

/**
 * Registers a person with provisional keys: the sealed keys are at the node before the first card leaves, then the person's records have segments to go into. The same again changes nothing.
 *
 * @returns the id of the Patient at the node's FHIR server. Throws `not-authorised`, `bad-person`, `patient-registered`, and what `enrol` throws.
 */
export async function registerProvisional(
  parameters: DeskParameters & { readonly begun: BegunRegistration },
): Promise<string> {
  const { node, begun } = parameters;
  const { patient } = await node.call(deskRoutes.registerPatient, {}, begun.person);
  await publishProvisional({ ...parameters, patient, provisional: begun.patient });
  return patient;
}

/** The keys of a provisional patient, whose cards are published and whose organisation is admitted once more. Throws what `enrol` throws. */
export async function publishProvisional(
  parameters: DeskParameters & { readonly patient: string; readonly provisional: ProvisionalPatient },
): Promise<Awaited<ReturnType<typeof enrol>>> {
  const { runtime, consortium, organisation, node, patient, provisional } = parameters;
  const { recoveryKit, homes } = provisional;
  const enrolment = await enrol({
    runtime,
    consortium,
    homes,
    recoveryKit,
    provisional: organisation,
    // The seed from which they come is kept already.
    save: () => Promise.resolve(),
  });
  const given = await permitOrganisation({
    keys: enrolment.keys,
    identity: consortium.identity,
    organisation,
    notAfter: (runtime.now() + ADMITTED) as UnixSeconds,
    random: runtime.random,
  });
  await node.call(deskRoutes.admitPatient, {}, { patient, admission: admission.encode(given) });
  return enrolment;
}
