import { secp256k1_FROST } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hasCode } from "../../errors.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { Digest } from "../../ids.ts";
import { DkgCulprit } from "./culprit.ts";
import { dkgRound2, type Round1Body, signMessage } from "./messages.ts";
import { type SealedShare, sealShare } from "./sealedShare.ts";
import { dkgSetup } from "./setup.ts";
import { type DkgState, inOrder } from "./startDkg.ts";
import { verifyRound1 } from "./verifyRound1.ts";

const { DKG, Identifier } = secp256k1_FROST;

/**
 * Second step: checks all round-1 messages (own included, in order), echoes their digests and seals a share to each
 * other participant. `message` goes to all; a retry sends the same bytes again. Throws `dkg-culprit`, `dkg-order`.
 */
export async function answerRound1(parts: {
  readonly state: DkgState;
  readonly messages: readonly Uint8Array[];
}): Promise<{ message: Uint8Array }> {
  const { state, messages } = parts;
  const { setup, self, sign } = state;
  const bodies = verifyRound1(setup, messages);
  const packages = inOrder(() => DKG.round2(state.frost, frostRound1(bodies, self)));
  const shares: ({ recipient: number } & SealedShare)[] = [];
  for (const { sender: recipient, runKey } of bodies) {
    if (recipient === self) continue;
    const share = packages[Identifier.fromNumber(recipient)]?.signingShare as Uint8Array;
    const sealing = sealShare({ setup, sender: self, recipient, runKey, share });
    shares.push({ recipient, ...(await blaming(sealing, recipient, messages)) });
  }
  const echo = messages.slice(0, bodies.length).map((message) => toHex<Digest>(sha256(message)));
  return {
    message: signMessage(dkgRound2, { setup: dkgSetup.digest(setup), sender: self, echo, shares }, sign),
  };
}

async function blaming<T>(work: Promise<T>, recipient: number, messages: readonly Uint8Array[]): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const evidence = messages[recipient - 1];
    if (hasCode(error, "bad-kem-key") && evidence) throw new DkgCulprit(recipient, "run-key", [evidence]);
    throw error;
  }
}

/** Everybody else's round-1 packages as the library wants them. */
export function frostRound1(bodies: readonly Round1Body[], self: number): Parameters<typeof DKG.round2>[1] {
  return bodies
    .filter((body) => body.sender !== self)
    .map((body) => ({
      identifier: Identifier.fromNumber(body.sender),
      commitment: body.commitment.map((point) => new Uint8Array(point)),
      proofOfKnowledge: new Uint8Array(body.proofOfKnowledge),
    }));
}
