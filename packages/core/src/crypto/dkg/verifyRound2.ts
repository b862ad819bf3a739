import { sha256 } from "@noble/hashes/sha2.js";
import { AnamnesisError } from "../../errors.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { Digest } from "../../ids.ts";
import { DkgCulprit } from "./culprit.ts";
import { dkgRound2, readMessage, type Round2Body } from "./messages.ts";
import type { DkgSetup } from "./setup.ts";

/**
 * The bodies of all round-2 messages, given in the order of their senders, after `round1` was verified. That the sealed
 * shares are right only their recipients can say. Throws `dkg-culprit`, and `dkg-echo` when a sender received another
 * message of somebody than we did: `settleEcho` finds out which of the two cheats.
 */
export function verifyRound2(
  setup: DkgSetup,
  round1: readonly Uint8Array[],
  messages: readonly Uint8Array[],
): readonly Round2Body[] {
  const bodies = setup.participants.map((_, i) => readRound2(setup, i + 1, messages[i]));
  const expected = round1.slice(0, bodies.length).map((message) => toHex<Digest>(sha256(message)));
  for (const body of bodies) {
    const about = expected.findIndex((digest, i) => body.echo[i] !== digest) + 1;
    if (about > 0) throw echoDiffers(body.sender, about);
  }
  return bodies;
}

/** One participant's round-2 message, checked in form. Throws `dkg-culprit`. */
export function readRound2(setup: DkgSetup, from: number, bytes: Uint8Array | undefined): Round2Body {
  const body = readMessage(dkgRound2, setup, from, bytes);
  const others = setup.participants.map((_, i) => i + 1).filter((index) => index !== from);
  const complete =
    body.echo.length === setup.participants.length &&
    body.shares.length === others.length &&
    others.every((index, i) => body.shares[i]?.recipient === index);
  if (!complete) throw new DkgCulprit(from, "malformed", bytes === undefined ? [] : [bytes]);
  return body;
}

function echoDiffers(index: number, about: number): AnamnesisError<"dkg-echo"> {
  return new AnamnesisError({
    code: "dkg-echo",
    rule: "All participants received the same round-1 messages.",
    fix: "Ask this participant for the message that it received, and settle the matter with settleEcho.",
    meta: { index, about },
  });
}
