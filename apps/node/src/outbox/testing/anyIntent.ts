import fc from "fast-check";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Intent } from "@anamnesis/core/ledger/intents";

export const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex<never>(bytes));
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => toHex<never>(bytes));
const number = fc.integer({ min: 1, max: 1000 });

/** Any intent of any kind, its text fields any text. */
export const intents: fc.Arbitrary<Intent> = fc.oneof(
  fc.record({
    type: fc.constant("SetEndpoint" as const),
    organisation: hash,
    endpoint: fc.string({ unit: "binary" }),
    version: number,
  }),
  fc.record({
    type: fc.constant("AdoptCommittee" as const),
    committee: hash,
    certificate: hash,
    threshold: number,
    shareEpoch: number,
    members: fc.array(hash),
  }),
  fc.record({
    type: fc.constant("SetActor" as const),
    organisation: hash,
    actor: hash,
    role: fc.constant("device" as const),
    signer: address,
    keyCard: hash,
    active: fc.boolean(),
    version: number,
  }),
  fc.record({ type: fc.constant("RegisterConsent" as const), commitment: hash, revoker: address }),
  fc.record({ type: fc.constant("RevokeConsent" as const), consent: hash }),
  fc.record({
    type: fc.constant("AnchorBatch" as const),
    organisation: hash,
    sequence: number,
    root: hash,
    count: number,
    manifest: hash,
  }),
  fc.record({
    type: fc.constant("AnchorLogHead" as const),
    organisation: hash,
    size: number,
    root: hash,
    checkpoint: hash,
  }),
);
