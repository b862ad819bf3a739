import { isAnamnesisError } from "@anamnesis/core/errors";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { completeGrants } from "@anamnesis/sdk/grant";
import {
  type KeptConsent,
  type KeptSegment,
  newestCard,
  type PatientKeys,
  type SaveKeys,
} from "@anamnesis/sdk/keys/patientKeys";
import { completePermits, finishRotation, hasPermits } from "@anamnesis/sdk/owner/finishRotation";
import { completeRevocations } from "@anamnesis/sdk/revoke";
import type { Runtime } from "@anamnesis/sdk/runtime";
import { deliverOverdueGrants } from "@anamnesis/sdk/startEpoch";
import { dueOf } from "../keys/dueOf.ts";
import { oneAtATime } from "../oneAtATime.ts";
import { completeAnswers } from "../requests/completeAnswers.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, patientKeys, session } from "../session.ts";
import { savePatient } from "../vaultStore.ts";

/**
 * Finishes what an earlier visit began and did not: revocations first, then grants, then keys that a grantee's node did not take. What cannot be done now
 * is kept for the next visit. No wallet is asked: what waits for one says so on the first page.
 */
export async function goOn(): Promise<void> {
  const { content } = session().vault;
  if (content.patient === null || dueOf(content) !== null) return;
  const all = await consortium();
  await finishRotations(all);
  for (const [step, isDue] of STEPS) {
    await oneAtATime(async () => {
      const keys = patientKeys();
      if (!keys.segments.some((segment) => segment.consents.some((kept) => isDue(kept, segment)))) return;
      try {
        await step({ runtime: browserRuntime, consortium: all, save: savePatient, keys });
      } catch (error) {
        if (!isAnamnesisError(error)) throw error;
      }
    });
  }
  await bringPermits(all);
  await completeAnswers();
}

/** What a wallet signed when it became the owner, for organisations that were away then. */
async function bringPermits(all: Consortium): Promise<void> {
  await oneAtATime(async () => {
    const keys = patientKeys();
    if (!keys.segments.some(hasPermits)) return;
    try {
      await completePermits({ runtime: browserRuntime, consortium: all, save: savePatient, keys });
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
    }
  });
}

/** Who took records over from a desk, or changed keys, and lost the connection before the others heard of it. */
async function finishRotations(all: Consortium): Promise<void> {
  await oneAtATime(async () => {
    const keys = patientKeys();
    if (!keys.segments.some(({ pending }) => pending !== null && pending.body.rotation !== null)) return;
    try {
      await finishRotation({ runtime: browserRuntime, consortium: all, save: savePatient, keys });
    } catch (error) {
      if (!isAnamnesisError(error)) throw error;
    }
  });
}

type IsDue = (kept: KeptConsent, segment: KeptSegment) => boolean;
type Step = (parameters: {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly save: SaveKeys;
}) => Promise<unknown>;

const STEPS: readonly (readonly [Step, IsDue])[] = [
  [completeRevocations, ({ status }) => status === "revoking"],
  [completeGrants, ({ status }) => status === "prepared"],
  [
    deliverOverdueGrants,
    ({ status, grantedEpoch, consent }, segment) =>
      status === "granted" &&
      (grantedEpoch ?? -1) < newestCard(segment).body.epoch &&
      consent.body.notAfter >= browserRuntime.now(),
  ],
];
