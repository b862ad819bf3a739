import { rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import type { Consortium } from "../consortium.ts";
import type { KeptConsent, SaveKeys } from "../keys/patientKeys.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import type { Runtime } from "../runtime.ts";
import { checkHandOver } from "./checkHandOver.ts";
import { beginRotation } from "./beginRotation.ts";
import { type FinishedRotation, finishRotation } from "./finishRotation.ts";
import type { HandOver } from "./handOver.ts";

export interface TakeOverParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly handOver: HandOver;
  /** Of the person's own new seed (`createSeed`), on paper before this begins: the organisation never had it. */
  readonly recoveryKit: string;
  readonly save: SaveKeys;
  /** Which of the consents that the organisation gave the new owner signs again; none by default. */
  readonly keep?: (kept: KeptConsent) => boolean;
  /** Seconds to wait for the ledger; 60 by default. */
  readonly wait?: number;
}

/**
 * A person takes over the segments that an organisation made for them: the owner is rotated to keys that come from the person's own seed,
 * and what the organisation holds owns nothing any more. The keys are saved before anything leaves; from then on `finishRotation`
 * ends what was broken off.
 *
 * Throws `bad-hand-over`, `bad-recovery-kit`, `cards-not-published`, `grant-not-delivered`.
 */
export async function takeOver(parameters: TakeOverParameters): Promise<FinishedRotation> {
  const { consortium, handOver, save, keep = () => false } = parameters;
  await checkHandOver(consortium, handOver);
  const seed = readRecoveryKit(parameters.recoveryKit);
  const keys = await beginRotation(
    consortium.identity,
    handOver.keys,
    { standing: handOver.standing, root: rootOfSeed(seed, 0), nextRoot: rootOfSeed(seed, 1), generation: 0 },
    keep,
  );
  seed.fill(0);
  await save(keys);
  return (await finishRotation({ ...parameters, keys })) as FinishedRotation;
}
