import { AnamnesisError } from "../../errors.ts";
import { array, fixedBytes, hash32, type Infer, struct, uint } from "../../encoding/codec.ts";
import { defineFormat, type Format } from "../../encoding/format.ts";
import { toHex } from "../../encoding/bytes.ts";
import type { OrganisationId } from "../../ids.ts";

export const MAX_PARTICIPANTS = 10;

export const dkgParticipant = struct({
  organisation: hash32<OrganisationId>(),
  /** The organisation's Ed25519 key, 32 bytes: it signs every message of the run. */
  ed25519: fixedBytes(32),
});
export type DkgParticipant = Infer<typeof dkgParticipant>;

const fields = struct({
  /** 32 fresh random bytes: a message of one run counts in no other. */
  run: fixedBytes(32),
  threshold: uint(MAX_PARTICIPANTS),
  /** In the order of their share index: the first has index 1. */
  participants: array(dkgParticipant, MAX_PARTICIPANTS, 2),
});
export type DkgSetup = Infer<typeof fields>;

/** What all participants agree on before the run. Every message names its digest. */
export const dkgSetup: Format<DkgSetup> = defineFormat("dkg-setup", fields, 2048);

/** Throws `bad-threshold` unless 2 ≤ t ≤ n ≤ 10, `bad-participants` when two share a key or an organisation. */
export function checkSetup(setup: DkgSetup): DkgSetup {
  const { threshold, participants } = setup;
  const n = participants.length;
  if (!Number.isSafeInteger(threshold) || threshold < 2 || threshold > n || n > MAX_PARTICIPANTS) {
    throw new AnamnesisError({
      code: "bad-threshold",
      rule: `A committee has 2 to ${MAX_PARTICIPANTS} custodians and a threshold of at least 2 and at most their number.`,
      fix: "Choose a threshold that no single organisation reaches.",
      meta: { threshold, participants: n },
    });
  }
  const keys = new Set(participants.map((participant) => toHex(participant.ed25519)));
  const organisations = new Set(participants.map((participant) => participant.organisation));
  if (keys.size !== n || organisations.size !== n) {
    throw new AnamnesisError({
      code: "bad-participants",
      rule: "Every custodian of a committee is another organisation with a key of its own.",
      fix: "List each organisation once, with its current Ed25519 key.",
    });
  }
  return setup;
}
