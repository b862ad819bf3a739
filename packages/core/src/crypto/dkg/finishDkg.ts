import { secp256k1_FROST } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, fromHex } from "../../encoding/bytes.ts";
import { domainHashHex } from "../../encoding/hash.ts";
import type { Digest } from "../../ids.ts";
import { frostRound1 } from "./answerRound1.ts";
import { type CertificateBody, certificateBody } from "./certificate.ts";
import { dkgPart } from "./certificatePart.ts";
import { shareIsRight } from "./judgeComplaint.ts";
import { dkgComplaint, signMessage } from "./messages.ts";
import { dkgSetup } from "./setup.ts";
import { discardDkg, type DkgState, inOrder, wipeSentShares } from "./startDkg.ts";
import { verifyRound1 } from "./verifyRound1.ts";
import { verifyRound2 } from "./verifyRound2.ts";

const { DKG, Identifier } = secp256k1_FROST;

export type DkgOutcome =
  | {
      readonly status: "done";
      readonly certificate: CertificateBody;
      /** This participant's signature over the certificate, for all. */
      readonly part: Uint8Array;
      /** s_i, 32 bytes: pending until the certificate is whole; wipe it when the run fails. */
      readonly share: Uint8Array;
    }
  | {
      readonly status: "complaint";
      readonly accused: number;
      /** For all; it reveals the run key's seed, which an aborted run no longer needs. */
      readonly complaint: Uint8Array;
    };

/**
 * Last step: checks all messages of both rounds (own included, in order) and every share sealed to this participant.
 * The state is used up. Throws `dkg-culprit`, `dkg-echo` and `dkg-order`; the state is then left for `discardDkg`.
 */
export async function finishDkg(parts: {
  readonly state: DkgState;
  readonly round1: readonly Uint8Array[];
  readonly round2: readonly Uint8Array[];
}): Promise<DkgOutcome> {
  const { state, round1, round2 } = parts;
  const { setup, self, sign, runSeed } = state;
  const bodies = verifyRound1(setup, round1);
  const shares: { identifier: string; signingShare: Uint8Array<ArrayBuffer> }[] = [];
  for (const body of verifyRound2(setup, round1, round2)) {
    const { sender } = body;
    const sealed = body.shares.find((share) => share.recipient === self);
    const commitment = bodies[sender - 1]?.commitment;
    if (sealed === undefined || commitment === undefined) continue;
    const share = await shareIsRight({ setup, sender, recipient: self, seed: runSeed, commitment, sealed });
    if (share === null) {
      const accusation = { setup: dkgSetup.digest(setup), sender: self, accused: sender, seed: runSeed };
      const complaint = signMessage(dkgComplaint, accusation, sign);
      discardDkg(state);
      return { status: "complaint", accused: sender, complaint };
    }
    shares.push({ identifier: Identifier.fromNumber(sender), signingShare: new Uint8Array(share) });
    share.fill(0);
  }
  wipeSentShares(state);
  const key = inOrder(() => DKG.round3(state.frost, frostRound1(bodies, self), shares));
  for (const { signingShare } of shares) signingShare.fill(0);
  discardDkg(state);
  const certificate: CertificateBody = {
    run: setup.run,
    threshold: setup.threshold,
    participants: setup.participants,
    publicKey: key.public.commitments[0] as Uint8Array,
    verificationShares: setup.participants.map(
      (_, i) => key.public.verifyingShares[Identifier.fromNumber(i + 1)] as Uint8Array,
    ),
    transcript: transcriptDigest(round1.slice(0, bodies.length), round2.slice(0, bodies.length)),
    shareEpoch: 0,
  };
  const signature = sign(fromHex(certificateBody.digest(certificate)));
  const part = dkgPart.encode({ sender: self, body: certificate, signature });
  return { status: "done", certificate, part, share: key.secret.signingShare };
}

/** SHA-256("anamnesis/dkg/transcript/1" ‖ SHA-256 of each message in order, first round first). */
function transcriptDigest(round1: readonly Uint8Array[], round2: readonly Uint8Array[]): Digest {
  const digests = [...round1, ...round2].map((message) => sha256(message));
  return domainHashHex<Digest>("anamnesis/dkg/transcript/1", concatBytes(...digests));
}
