import { consentTypedData } from "@anamnesis/core/consent/consent";
import { delegationTypedData } from "@anamnesis/core/consent/delegation";
import { ACTIONS, PURPOSES } from "@anamnesis/core/consent/terms";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type TypedData, typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { Address } from "@anamnesis/core/ids";
import { type Intent, intentTypedData } from "@anamnesis/core/ledger/intents";
import { ACTOR_ROLES } from "@anamnesis/core/ports/ledger";
import fc from "fast-check";
import { hashTypedData } from "viem";
import { expect, test } from "vitest";

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((b) => toHex(b));
// The ids' brands say where a value came from; here all come from the generator.
const hash = bytes(32) as fc.Arbitrary<never>;
const address = bytes(20) as fc.Arbitrary<Address>;
const uint = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const uint32 = fc.nat({ max: 2 ** 32 - 1 });

const intents: { readonly [T in Intent["type"]]: fc.Arbitrary<Extract<Intent, { type: T }>> } = {
  SetEndpoint: fc.record({
    type: fc.constant("SetEndpoint" as const),
    organisation: hash,
    endpoint: fc.string({ unit: "grapheme" }),
    version: uint,
  }),
  AdoptCommittee: fc.record({
    type: fc.constant("AdoptCommittee" as const),
    committee: hash,
    certificate: hash,
    threshold: fc.nat({ max: 255 }),
    shareEpoch: uint32,
    members: fc.array(hash, { maxLength: 12 }),
  }),
  SetActor: fc.record({
    type: fc.constant("SetActor" as const),
    organisation: hash,
    actor: hash,
    role: fc.constantFrom(...ACTOR_ROLES),
    signer: address,
    keyCard: hash,
    active: fc.boolean(),
    version: uint,
  }),
  RegisterConsent: fc.record({
    type: fc.constant("RegisterConsent" as const),
    commitment: hash,
    revoker: address,
  }),
  RevokeConsent: fc.record({ type: fc.constant("RevokeConsent" as const), consent: hash }),
  AnchorBatch: fc.record({
    type: fc.constant("AnchorBatch" as const),
    organisation: hash,
    sequence: uint,
    root: hash,
    count: uint32,
    manifest: hash,
  }),
  AnchorLogHead: fc.record({
    type: fc.constant("AnchorLogHead" as const),
    organisation: hash,
    size: uint,
    root: hash,
    checkpoint: hash,
  }),
};

const identities = fc.record({
  chainId: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
  contracts: fc.record({
    consortium: address,
    directory: address,
    consents: address,
    records: address,
    receipts: address,
    owners: address,
  }),
});

test.each(Object.keys(intents) as readonly Intent["type"][])("%s hashes as viem hashes it", (type) => {
  fc.assert(
    fc.property(identities, intents[type] as fc.Arbitrary<Intent>, (identity, intent) => {
      expectAsViem(intentTypedData(identity, intent));
    }),
  );
});

function expectAsViem(data: TypedData): void {
  const expected = hashTypedData({
    domain: data.domain,
    types: { ...data.types, [data.primaryType]: data.fields },
    primaryType: data.primaryType,
    message: { ...data.message },
  });
  expect(toHex(typedDataDigest(data))).toBe(expected);
}

const day = fc.option(fc.integer({ min: -(2 ** 24), max: 2 ** 24 })) as fc.Arbitrary<never>;
const time = fc.nat({ max: 2 ** 40 }) as fc.Arbitrary<never>;
const exception = fc.record({
  resourceTypes: fc.subarray(["Observation", "Condition", "Patient"]),
  actions: fc.subarray([...ACTIONS]),
  purposes: fc.subarray([...PURPOSES]),
  dataFrom: day,
  dataTo: day,
});
const terms = {
  resourceTypes: fc.subarray(["*", "Observation", "Condition"], { minLength: 1 }),
  actions: fc.subarray([...ACTIONS], { minLength: 1 }),
  purposes: fc.subarray([...PURPOSES], { minLength: 1 }),
  dataFrom: day,
  dataTo: day,
  exceptions: fc.array(exception, { maxLength: 8 }),
  notBefore: time,
  notAfter: time,
  salt: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  revoker: address,
};
const name = fc.string({ unit: "grapheme", maxLength: 40 });

test("a consent hashes as viem hashes it, whatever its exceptions", () => {
  const body = fc.record({ segment: hash, grantee: hash, granteeName: name, granteeKeys: hash, ...terms });
  fc.assert(
    fc.property(identities, body, (identity, value) => expectAsViem(consentTypedData(identity, value))),
  );
});

test("a delegation hashes as viem hashes it, whatever its exceptions", () => {
  const body = fc.record({ segment: hash, proxy: address, proxyName: name, mayRead: fc.boolean(), ...terms });
  fc.assert(
    fc.property(identities, body, (identity, value) => expectAsViem(delegationTypedData(identity, value))),
  );
});

test("structs within structs hash as viem hashes them, their types in the order of their names", () => {
  const types = {
    Zone: [{ type: "Area[]", name: "areas" }],
    Area: [
      { type: "string", name: "name" },
      { type: "Point", name: "corner" },
    ],
    Point: [
      { type: "int32", name: "x" },
      { type: "int32", name: "y" },
    ],
  };
  const point = fc.record({ x: fc.integer(), y: fc.integer() });
  const zone = fc.record({ areas: fc.array(fc.record({ name, corner: point }), { maxLength: 3 }) });
  fc.assert(
    fc.property(address, zone, point, (verifyingContract, home, at) =>
      expectAsViem({
        domain: { name: "Test", version: "1", chainId: 1, verifyingContract },
        primaryType: "Map",
        fields: [
          { type: "Zone", name: "home" },
          { type: "Point", name: "at" },
        ],
        types,
        message: { home, at },
      }),
    ),
  );
});
