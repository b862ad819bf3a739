import { secp256k1_FROST } from "@noble/curves/secp256k1.js";
import { AnamnesisError } from "../../errors.ts";
import { kemKeyPair, KEM_SEED_BYTES } from "../hpke.ts";
import type { RandomBytes } from "../tdh2.ts";
import { dkgRound1, type DkgSigner, signMessage } from "./messages.ts";
import { checkSetup, dkgSetup, type DkgSetup } from "./setup.ts";

const { DKG, Identifier } = secp256k1_FROST;

/** A participant's secret state between the rounds. In memory only: a process that stops in between starts a new run. */
export interface DkgState {
  readonly setup: DkgSetup;
  /** This participant's share index, from 1. */
  readonly self: number;
  readonly sign: DkgSigner;
  readonly frost: ReturnType<typeof DKG.round1>["secret"];
  /** Seed of this run's X-Wing key, 32 bytes. */
  readonly runSeed: Uint8Array;
}

/**
 * First step: a random polynomial, its commitments with a proof, and a fresh key for this run.
 * `message` goes to all. Throws `bad-threshold` and `bad-participants`.
 */
export async function startDkg(parts: {
  readonly setup: DkgSetup;
  readonly self: number;
  readonly sign: DkgSigner;
  readonly random: RandomBytes;
}): Promise<{ state: DkgState; message: Uint8Array }> {
  const setup = checkSetup(parts.setup);
  const { self, sign, random } = parts;
  const signers = { min: setup.threshold, max: setup.participants.length };
  // The library asks for a possible length of undefined; here a length is always given.
  const rng = (length?: number): Uint8Array<ArrayBuffer> => new Uint8Array(random(length ?? 32));
  const { public: round1, secret } = DKG.round1(Identifier.fromNumber(self), signers, undefined, rng);
  const runSeed = random(KEM_SEED_BYTES);
  const { publicKey } = await kemKeyPair(runSeed);
  const body = {
    setup: dkgSetup.digest(setup),
    sender: self,
    commitment: round1.commitment,
    proofOfKnowledge: round1.proofOfKnowledge,
    runKey: publicKey,
  };
  const message = signMessage(dkgRound1, body, sign);
  return { state: { setup, self, sign, frost: secret, runSeed }, message };
}

/** Wipes what the state holds, as far as JS allows; for a run that is over or given up. */
export function discardDkg(state: DkgState): void {
  state.runSeed.fill(0);
  wipeSentShares(state);
  DKG.clean(state.frost);
}

/** The library keeps the shares for the others in the clear until its last round. */
export function wipeSentShares(state: DkgState): void {
  for (const { signingShare } of Object.values(state.frost.round2Cache ?? {})) signingShare.fill(0);
}

/** Runs a step of the library on messages that were verified before: what it still refuses is a step out of order. */
export function inOrder<T>(step: () => T): T {
  try {
    return step();
  } catch {
    throw new AnamnesisError({
      code: "dkg-order",
      rule: "The steps of a key generation are taken once each, in order, on the same messages.",
      fix: "Discard the state and start a new run.",
    });
  }
}
