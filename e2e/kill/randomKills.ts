import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ORGANISATIONS } from "@anamnesis/cli/demo/cast";
import { seededRandom } from "@anamnesis/fhir/generate/seededRandom";
import { expectWhole } from "./checks.ts";
import type { KillableConsortium } from "./killableConsortium.ts";
import type { Patient } from "./patient.ts";
import { persist } from "./persist.ts";

/** Milliseconds: in this time the clients' work of a round has passed most of its write points. */
const LATEST = 3_000;

/** Of `ANAMNESIS_SEED`, else a new one; printed, since with it the same nodes die after the same times. */
export function seedOfRun(): string {
  const seed = process.env["ANAMNESIS_SEED"] ?? randomUUID();
  process.stderr.write(`random kills: ANAMNESIS_SEED=${seed}\n`);
  return seed;
}

/**
 * Rounds in which clients work and one node, chosen by the seed, is killed at a moment chosen by the seed, then started again. After
 * each, nothing acknowledged may be missing.
 */
export async function killAtRandom(
  consortium: KillableConsortium,
  [writer, granter, revoker]: readonly [Patient, Patient, Patient],
  rounds: number,
  seed: string,
): Promise<void> {
  const random = seededRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const victim = random.pick(ORGANISATIONS);
    const moment = random.int(0, LATEST);
    const records = random.int(1, 3);
    const work = Promise.all([
      persist("an import", () => writer.import(`${seed} ${round}`, records)),
      persist("a grant", () => granter.grant()),
      round % 4 === 0
        ? persist("a grant to revoke", () => revoker.grant()).then(() =>
            persist("a revocation", () => revoker.revoke()),
          )
        : null,
      persist("an opening", () => writer.open("all")),
    ]);
    const killed = delay(moment)
      .then(() => consortium.kill(victim))
      .then(() => consortium.restart(victim));
    await Promise.all([work, killed]);
    await expectWhole(consortium.world, [writer, granter, revoker]);
  }
}
