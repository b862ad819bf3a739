import fc from "fast-check";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Intent } from "@anamnesis/core/ledger/intents";

export const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex<never>(bytes));
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => toHex<never>(bytes));
const number = fc.integer({ min: 1, max: 1000 });

const inclusion = fc.record({
  sequence: number,
  root: hash,
  count: number,
  manifest: hash,
  index: number,
  path: fc.array(hash, { maxLength: 5 }),
});

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
  fc.record({
    type: fc.constant("RotateOwner" as const),
    segment: hash,
    generation: number,
    newOwner: address,
    newNextOwner: hash,
    shown: fc.record({
      publicKey: fc.uint8Array({ minLength: 33, maxLength: 33 }).map((bytes) => toHex<never>(bytes)),
      opening: fc.option(fc.record({ owner: address, nextOwner: hash, kind: hash })),
    }),
  }),
  fc.record({
    type: fc.constant("AmendRecord" as const),
    organisation: hash,
    record: hash,
    successor: hash,
    shown: fc.record({ label: hash, inclusion }),
  }),
  fc.record({
    type: fc.constant("RetractRecord" as const),
    organisation: hash,
    record: hash,
    shown: fc.record({ label: hash, inclusion }),
  }),
  fc.record({
    type: fc.constant("NameEndorsers" as const),
    organisation: hash,
    record: hash,
    label: hash,
    threshold: number,
    endorsers: fc.array(hash),
    shown: fc.record({ inclusion }),
  }),
  fc.record({
    type: fc.constant("EndorseRecord" as const),
    endorser: hash,
    organisation: hash,
    record: hash,
    label: hash,
    shown: fc.record({ endorsers: fc.array(hash) }),
  }),
  fc.record({
    type: fc.constant("EraseRecord" as const),
    record: hash,
    shown: fc.record({ custodians: fc.array(hash) }),
  }),
);
