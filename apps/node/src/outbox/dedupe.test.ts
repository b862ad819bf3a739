import fc from "fast-check";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Intent } from "@anamnesis/core/ledger/intents";
import { describe, expect, it } from "vitest";
import { dedupeOf } from "./dedupe.ts";
import { intentFromJson, type IntentJson, intentToJson } from "./intentJson.ts";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex<never>(bytes));
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => toHex<never>(bytes));
const number = fc.integer({ min: 1, max: 1000 });

const intents: fc.Arbitrary<Intent> = fc.oneof(
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

describe("dedupeOf", () => {
  it("differs for different wishes", () => {
    fc.assert(
      fc.property(intents, intents, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(dedupeOf(a)).not.toBe(dedupeOf(b));
      }),
    );
  });

  it("takes two batches of one number, and two heads of one size, for the same", () => {
    fc.assert(
      fc.property(intents, hash, (intent, other) => {
        if (intent.type !== "AnchorBatch" && intent.type !== "AnchorLogHead") return;
        expect(dedupeOf({ ...intent, root: other })).toBe(dedupeOf(intent));
      }),
    );
  });
});

describe("intentToJson", () => {
  it("comes back as it was after a journey through JSON", () => {
    const signatures = fc.array(fc.uint8Array({ minLength: 65, maxLength: 65 }), { maxLength: 3 });
    fc.assert(
      fc.property(intents, signatures, (intent, given) => {
        const signed = { intent, signatures: given };
        expect(intentFromJson(JSON.parse(JSON.stringify(intentToJson(signed))) as IntentJson)).toEqual(
          signed,
        );
      }),
    );
  });
});
