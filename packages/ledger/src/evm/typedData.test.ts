import { consentTypedData } from "@anamnesis/core/consent/consent";
import { delegationTypedData } from "@anamnesis/core/consent/delegation";
import { ACTIONS, PURPOSES } from "@anamnesis/core/consent/terms";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type TypedData, typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { Address, Hex } from "@anamnesis/core/ids";
import { type Intent, intentTypedData } from "@anamnesis/core/ledger/intents";
import { functionOf, PAUSABLE, type PausableIntent } from "@anamnesis/core/ledger/functions";
import {
  decodePayload,
  encodePayload,
  PARAMETERS,
  PROPOSAL_ACTIONS,
  type ProposalAction,
} from "@anamnesis/core/ledger/proposal";
import { ACTOR_ROLES, MEMBER_KINDS } from "@anamnesis/core/ports/ledger";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import fc from "fast-check";
import { encodeAbiParameters, hashTypedData, parseAbiParameters, slice } from "viem";
import { expect, test } from "vitest";
import { consortiumAbi } from "./generated/consortium.ts";
import { intentCall } from "./intentCall.ts";

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((b) => toHex(b));
// The ids' brands say where a value came from; here all come from the generator.
const hash = bytes(32) as fc.Arbitrary<never>;
const address = bytes(20) as fc.Arbitrary<Address>;
const uint = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const uint32 = fc.nat({ max: 2 ** 32 - 1 });

const inclusion = fc.record({
  sequence: uint,
  root: hash,
  count: uint32,
  manifest: hash,
  index: uint32,
  path: fc.array(hash, { maxLength: 32 }),
});

const logHead = fc.record({ organisation: hash, size: uint, root: hash, checkpoint: hash });
const text = fc.string({ unit: "grapheme" });
const member = {
  organisation: hash,
  kind: fc.constantFrom(...MEMBER_KINDS),
  signer: address,
  keyCard: hash,
  custodian: fc.boolean(),
  name: text,
  endpoint: text,
};
const selector = bytes(4);
const byte = fc.nat({ max: 255 });
const acceptance = fc
  .tuple(bytes(64), byte)
  .map(([rs, v]) => `${rs}${v.toString(16).padStart(2, "0")}` as const);

const actions: {
  readonly [T in ProposalAction["type"]]: fc.Arbitrary<Extract<ProposalAction, { type: T }>>;
} = {
  admit: fc.record({ type: fc.constant("admit" as const), entrant: fc.record(member) }),
  suspend: fc.record({ type: fc.constant("suspend" as const), organisation: hash }),
  reinstate: fc.record({ type: fc.constant("reinstate" as const), organisation: hash }),
  remove: fc.record({ type: fc.constant("remove" as const), organisation: hash }),
  "set-parameter": fc.record({
    type: fc.constant("set-parameter" as const),
    parameter: fc.constantFrom(...PARAMETERS),
    value: uint,
  }),
  "rotate-key": fc.record({
    type: fc.constant("rotate-key" as const),
    organisation: hash,
    signer: address,
    keyCard: hash,
    acceptance,
  }),
  "adopt-contract": fc.record({
    type: fc.constant("adopt-contract" as const),
    contract: hash,
    target: address,
    codehash: hash,
    version: uint,
  }),
  pause: fc.record({ type: fc.constant("pause" as const), target: address, selector, until: uint }),
  "lift-pause": fc.record({ type: fc.constant("lift-pause" as const), target: address, selector }),
};
const action: fc.Arbitrary<ProposalAction> = fc.oneof(...Object.values(actions));

/** The payload of each action as viem's ABI encoder has it. */
function payloadByViem(of: ProposalAction): Hex {
  switch (of.type) {
    case "admit": {
      const [requestJoin] = consortiumAbi.filter((item) => "name" in item && item.name === "requestJoin");
      const [entrant] = requestJoin?.inputs ?? [];
      if (entrant === undefined) return expect.unreachable("a parameter of requestJoin");
      const { organisation: id, kind, ...rest } = of.entrant;
      return encodeAbiParameters([entrant], [{ id, kind: MEMBER_KINDS.indexOf(kind), ...rest }] as never);
    }
    case "set-parameter": {
      const types = parseAbiParameters("uint8, uint64");
      return encodeAbiParameters(types, [PARAMETERS.indexOf(of.parameter), BigInt(of.value)]);
    }
    case "rotate-key": {
      const types = parseAbiParameters("bytes32, address, bytes32, bytes32, bytes32, uint8");
      const [r, s] = [slice(of.acceptance, 0, 32), slice(of.acceptance, 32, 64)];
      const v = Number(slice(of.acceptance, 64, 65));
      return encodeAbiParameters(types, [of.organisation, of.signer, of.keyCard, r, s, v]);
    }
    case "adopt-contract": {
      const types = parseAbiParameters("bytes32, address, bytes32, uint64");
      return encodeAbiParameters(types, [of.contract, of.target, of.codehash, BigInt(of.version)]);
    }
    case "pause": {
      const types = parseAbiParameters("address, bytes4, uint64");
      return encodeAbiParameters(types, [of.target, of.selector, BigInt(of.until)]);
    }
    case "lift-pause":
      return encodeAbiParameters(parseAbiParameters("address, bytes4"), [of.target, of.selector]);
    default:
      return encodeAbiParameters(parseAbiParameters("bytes32"), [of.organisation]);
  }
}

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
  RotateOwner: fc.record({
    type: fc.constant("RotateOwner" as const),
    segment: hash,
    generation: uint,
    newOwner: address,
    newNextOwner: hash,
    shown: fc.record({ publicKey: bytes(33), opening: fc.constant(null) }),
  }),
  AmendRecord: fc.record({
    type: fc.constant("AmendRecord" as const),
    organisation: hash,
    record: hash,
    successor: hash,
    shown: fc.record({ label: hash, inclusion }),
  }),
  RetractRecord: fc.record({
    type: fc.constant("RetractRecord" as const),
    organisation: hash,
    record: hash,
    shown: fc.record({ label: hash, inclusion }),
  }),
  NameEndorsers: fc.record({
    type: fc.constant("NameEndorsers" as const),
    organisation: hash,
    record: hash,
    label: hash,
    threshold: fc.nat({ max: 255 }),
    endorsers: fc.array(hash, { maxLength: 16 }),
    shown: fc.record({ inclusion }),
  }),
  EndorseRecord: fc.record({
    type: fc.constant("EndorseRecord" as const),
    endorser: hash,
    organisation: hash,
    record: hash,
    label: hash,
    shown: fc.record({ endorsers: fc.array(hash, { maxLength: 16 }) }),
  }),
  RequestJoin: fc.record({ type: fc.constant("RequestJoin" as const), ...member }),
  Propose: fc.record({ type: fc.constant("Propose" as const), organisation: hash, action, salt: hash }),
  Vote: fc.record({
    type: fc.constant("Vote" as const),
    proposal: hash,
    organisation: hash,
    support: fc.boolean(),
  }),
  SettleProposal: fc.record({ type: fc.constant("SettleProposal" as const), proposal: hash }),
  ProveFork: fc.record({ type: fc.constant("ProveFork" as const), first: logHead, second: logHead }),
  EraseRecord: fc.record({
    type: fc.constant("EraseRecord" as const),
    record: hash,
    shown: fc.record({ custodians: fc.array(hash, { maxLength: 10 }) }),
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

test.each(Object.entries(actions))("the payload of `%s` is viem's, and reads back", (type, arbitrary) => {
  fc.assert(
    fc.property(arbitrary as fc.Arbitrary<ProposalAction>, (of) => {
      const payload = encodePayload(of);
      expect(toHex(payload)).toBe(payloadByViem(of));
      expect(decodePayload(PROPOSAL_ACTIONS.indexOf(of.type), payload)).toEqual(of);
      expect(of.type).toBe(type);
    }),
  );
});

test.each(Object.keys(PAUSABLE) as PausableIntent[])(
  "the function that takes %s is the one that is called",
  (type) => {
    fc.assert(
      fc.property(intents[type] as fc.Arbitrary<Intent>, (intent) => {
        const { target, data } = intentCall(TEST_IDENTITY, { intent, signatures: [new Uint8Array(65)] });
        expect({ target, selector: slice(data, 0, 4) }).toEqual(functionOf(TEST_IDENTITY, type));
      }),
      { numRuns: 3 },
    );
  },
);
