import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { ownedSegment, ownerKeyOf, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import type { Publication } from "./cards/publishCards.ts";
import { LEAST_HOMES, membersOf, publishToAll } from "./cards/publishToAll.ts";
import { type FirstCard, signFirstCard } from "./cards/signCard.ts";
import type { Consortium } from "./consortium.ts";
import type { KeptSegment, PatientKeys, SaveKeys } from "./keys/patientKeys.ts";
import { createSeed, printRecoveryKit, readRecoveryKit } from "./keys/recoveryKit.ts";
import type { Runtime } from "./runtime.ts";

export interface EnrolParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** Members that keep the patient's headers and wraps; at least two. */
  readonly homes: readonly OrganisationId[];
  readonly save: SaveKeys;
  /**
   * The organisation that enrols somebody without a device and holds the keys until they are taken over; `null`, as by default, when
   * the patient holds them.
   */
  readonly provisional?: OrganisationId | null;
  /** A kit that was printed before: the enrolment that it began goes on, with the same keys. */
  readonly recoveryKit?: string;
}

export interface Enrolment {
  readonly keys: PatientKeys;
  /** For paper. The seed is nowhere else. */
  readonly recoveryKit: string;
  readonly published: readonly Publication[];
}

/**
 * Makes a patient's keys: a segment of every kind, so that the existence of a sensitive record shows nowhere, and its
 * first card at all custodians and homes. The keys are saved before the first card leaves. With the same kit and
 * homes a repetition gives the same keys and cards and so changes nothing.
 *
 * Throws `bad-homes`, `unknown-home`, `bad-recovery-kit`, `cards-not-published`.
 */
export async function enrol(parameters: EnrolParameters): Promise<Enrolment> {
  const { runtime, consortium, save } = parameters;
  const { keys, recoveryKit } = await prepareEnrolment(parameters);
  await save(keys);
  const published = await publishToAll(runtime, consortium, keys, keys.segments);
  return { keys, recoveryKit, published };
}

/**
 * The keys and the kit alone: nobody else hears of them. `enrol` with this kit and the same homes gives the same keys and publishes them.
 *
 * Throws `bad-homes`, `unknown-home`, `bad-recovery-kit`.
 */
export async function prepareEnrolment(
  parameters: Omit<EnrolParameters, "save">,
): Promise<Pick<Enrolment, "keys" | "recoveryKit">> {
  const { runtime, consortium, homes } = parameters;
  if (homes.length < LEAST_HOMES || new Set(homes).size !== homes.length) throw badHomes();
  membersOf(consortium, homes);
  const seed =
    parameters.recoveryKit === undefined
      ? createSeed(runtime.random)
      : readRecoveryKit(parameters.recoveryKit);
  const recoveryKit = printRecoveryKit(seed);
  const first = { homes, provisional: parameters.provisional ?? null };
  const keys = await keysOfSeed(seed, consortium, first);
  seed.fill(0);
  return { keys, recoveryKit };
}

async function keysOfSeed(seed: Uint8Array, consortium: Consortium, card: FirstCard): Promise<PatientKeys> {
  const root = rootOfSeed(seed, 0);
  const nextRoot = rootOfSeed(seed, 1);
  const nextOwners: { kind: (typeof SEGMENT_KINDS)[number]; publicKey: Uint8Array }[] = [];
  const segments: KeptSegment[] = [];
  for (const kind of SEGMENT_KINDS) {
    const { publicKey } = ownerKeyOf(nextRoot, kind);
    nextOwners.push({ kind, publicKey });
    const owned = ownedSegment(root, publicKey, kind);
    const first = await signFirstCard(consortium.identity, root, owned, card);
    segments.push({ ...owned, cards: [first], pending: null, consents: [] });
  }
  nextRoot.fill(0);
  return { root, generation: 0, earlierRoots: [], nextOwners, segments };
}

function badHomes(): AnamnesisError<"bad-homes"> {
  return new AnamnesisError({
    code: "bad-homes",
    rule: "A segment has at least two homes, each named once.",
    fix: "Choose two or more different members.",
  });
}
