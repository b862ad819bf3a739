import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../../encoding/bytes.ts";
import type { Digest } from "../../ids.ts";
import { DkgCulprit } from "./culprit.ts";
import { findEquivocation } from "./findEquivocation.ts";
import { readRound2 } from "./verifyRound2.ts";
import type { DkgSetup } from "./setup.ts";

/**
 * After `dkg-echo`: participant `index` signed that it received another message of `about` than `received`. Either it
 * shows that message, signed by `about`, who then equivocated; or it cannot (`shown` is null or does not fit), and lied.
 */
export function settleEcho(parts: {
  readonly setup: DkgSetup;
  readonly index: number;
  readonly about: number;
  /** The round-2 message of `index`. */
  readonly round2: Uint8Array;
  /** The round-1 message of `about` that we hold. */
  readonly received: Uint8Array;
  readonly shown: Uint8Array | null;
}): DkgCulprit {
  const { setup, index, about, round2, received, shown } = parts;
  const claimed = readRound2(setup, index, round2).echo[about - 1];
  const liar = new DkgCulprit(index, "echo", [round2, received]);
  if (shown === null || toHex<Digest>(sha256(shown)) !== claimed) return liar;
  return findEquivocation({ setup, round: 1, from: about, messages: [received, shown] }) ?? liar;
}
