import { isPoint } from "../secp256k1.ts";
import { DkgCulprit } from "./culprit.ts";
import { dkgRound1, readMessage, type Round1Body } from "./messages.ts";
import { provesKnowledge } from "./polynomial.ts";
import type { DkgSetup } from "./setup.ts";

/** The bodies of all round-1 messages, given in the order of their senders. Throws `dkg-culprit`. */
export function verifyRound1(setup: DkgSetup, messages: readonly Uint8Array[]): readonly Round1Body[] {
  return setup.participants.map((_, i) => readRound1(setup, i + 1, messages[i]));
}

/** One participant's round-1 message, fully checked. Throws `dkg-culprit`. */
export function readRound1(setup: DkgSetup, from: number, bytes: Uint8Array | undefined): Round1Body {
  const body = readMessage(dkgRound1, setup, from, bytes);
  const evidence = bytes === undefined ? [] : [bytes];
  const { commitment, proofOfKnowledge } = body;
  if (commitment.length !== setup.threshold || !commitment.every(isPoint)) {
    throw new DkgCulprit(from, "commitment", evidence);
  }
  if (!provesKnowledge(from, commitment, proofOfKnowledge)) {
    throw new DkgCulprit(from, "proof-of-knowledge", evidence);
  }
  return body;
}
