import { equalBytes } from "../../encoding/bytes.ts";
import { hasCode } from "../../errors.ts";
import { kemKeyPair } from "../hpke.ts";
import { DkgCulprit } from "./culprit.ts";
import { dkgComplaint, readMessage } from "./messages.ts";
import { shareMatches } from "./polynomial.ts";
import { openShare } from "./sealedShare.ts";
import type { DkgSetup } from "./setup.ts";
import { readRound1 } from "./verifyRound1.ts";
import { readRound2 } from "./verifyRound2.ts";

/** What a sealed share turned out to be. */
export async function shareIsRight(parts: {
  readonly setup: DkgSetup;
  readonly sender: number;
  readonly recipient: number;
  readonly seed: Uint8Array;
  readonly commitment: readonly Uint8Array[];
  readonly sealed: { readonly enc: Uint8Array; readonly ciphertext: Uint8Array };
}): Promise<Uint8Array | null> {
  try {
    const share = await openShare(parts);
    return shareMatches(parts.commitment, parts.recipient, share) ? share : null;
  } catch (error) {
    if (hasCode(error, "hpke-open")) return null;
    throw error;
  }
}

/**
 * Anybody's judgement of a complaint from the signed messages alone: the accused when the share that it sealed to the
 * accuser does not open or contradicts its commitments, the accuser when the share is right or the seed is not its own.
 * Throws `dkg-culprit` when a message given is itself not valid.
 */
export async function judgeComplaint(parts: {
  readonly setup: DkgSetup;
  /** All round-1 messages in order. */
  readonly round1: readonly Uint8Array[];
  /** All round-2 messages in order. */
  readonly round2: readonly Uint8Array[];
  /** Index of the participant that sent the complaint. */
  readonly accuser: number;
  readonly complaint: Uint8Array;
}): Promise<DkgCulprit> {
  const { setup, accuser } = parts;
  const { accused, seed } = readMessage(dkgComplaint, setup, accuser, parts.complaint);
  const accuserRound1 = parts.round1[accuser - 1];
  const accusedRound1 = parts.round1[accused - 1];
  const accusedRound2 = parts.round2[accused - 1];
  const { runKey } = readRound1(setup, accuser, accuserRound1);
  const falsely = new DkgCulprit(
    accuser,
    "false-complaint",
    evidenceOf(parts.complaint, accuserRound1, accusedRound2),
  );
  if (accused === accuser || accused < 1 || accused > setup.participants.length) return falsely;
  if (!equalBytes((await kemKeyPair(seed)).publicKey, runKey)) return falsely;
  const { commitment } = readRound1(setup, accused, accusedRound1);
  const sealed = readRound2(setup, accused, accusedRound2).shares.find(
    (share) => share.recipient === accuser,
  );
  if (sealed === undefined) return falsely;
  const share = await shareIsRight({ setup, sender: accused, recipient: accuser, seed, commitment, sealed });
  if (share !== null) {
    share.fill(0);
    return falsely;
  }
  return new DkgCulprit(accused, "share", evidenceOf(parts.complaint, accusedRound1, accusedRound2));
}

function evidenceOf(...messages: readonly (Uint8Array | undefined)[]): Uint8Array[] {
  return messages.filter((message) => message !== undefined);
}
