import {
  type Consent,
  type ConsentBody,
  consentCommitment,
  consentIdOf,
  consentTypedData,
} from "@anamnesis/core/consent/consent";
import { BASES, DENIAL_CODES } from "@anamnesis/core/consent/decide";
import {
  type Delegation,
  type DelegationBody,
  delegationCommitment,
  delegationTypedData,
} from "@anamnesis/core/consent/delegation";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type TypedData, typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { ActorId, Address, Day, Digest, Hash32, Hex, UnixSeconds } from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import { permitTypedData } from "@anamnesis/core/segment/permit";
import {
  genesisMember,
  named,
  organisationNamed,
  type Signer,
  signerNamed,
  signIntent,
} from "@anamnesis/testkit/ledger/cast";
import { testSegment, type TestSegment } from "@anamnesis/testkit/core/world";
import { createPublicClient, http, keccak256, stringToHex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnvilFixture, anvilFixture } from "./anvilFixture.ts";
import type { EvmLedger } from "./evmLedger.ts";
import { policyAbi } from "./generated/policy.ts";
import { termsOf, wordOf } from "./testing/decisionCase.ts";

const north = organisationNamed("north");
const south = organisationNamed("south");
const MEMBERS = [
  genesisMember(north, "North", "hospital", true),
  genesisMember(south, "South", "hospital", true),
];
const doctor = {
  ...signerNamed("doctor"),
  id: named<ActorId>("doctor"),
  keyCard: named<Digest>("doctor's card"),
};
const specialist = {
  ...signerNamed("specialist"),
  id: named<ActorId>("specialist"),
  keyCard: named<Digest>("specialist's card"),
};
const proxy = signerNamed("proxy");
const revoker = signerNamed("revoker");

let fixture: AnvilFixture;
let ledger: EvmLedger;
let segment: TestSegment;

beforeAll(async () => {
  fixture = await anvilFixture(MEMBERS);
  ledger = await fixture.connect();
  segment = await testSegment("alice", "general");
  await submit(actorOf(doctor, south.id), south);
  await submit(actorOf(specialist, north.id), north);
});

afterAll(async () => fixture.close());

const client = () => createPublicClient({ transport: http(fixture.anvil.rpcUrl) });

const actorOf = (actor: typeof doctor, organisation: typeof south.id): Intent => ({
  type: "SetActor",
  organisation,
  actor: actor.id,
  role: "practitioner",
  signer: actor.address,
  keyCard: actor.keyCard,
  active: true,
  version: 1,
});

async function submit(intent: Intent, signer: Signer): Promise<void> {
  const { outcomes } = await ledger.submit([signIntent(fixture.identity, intent, signer)]);
  expect(outcomes).toEqual([{ status: "applied" }]);
}

const terms = () => ({
  resourceTypes: ["Observation"],
  actions: ["read"] as ConsentBody["actions"],
  purposes: ["TREAT"] as ConsentBody["purposes"],
  dataFrom: 19_000 as Day,
  dataTo: null,
  exceptions: [] as ConsentBody["exceptions"],
  notBefore: 0 as UnixSeconds,
  notAfter: 4_000_000_000 as UnixSeconds,
  revoker: revoker.address,
});

function consentOf(name: string, changes: Partial<ConsentBody> = {}, signer?: Signer): Consent {
  const body: ConsentBody = {
    segment: segment.id,
    grantee: doctor.id,
    granteeName: "Dr. Ada Example",
    granteeKeys: doctor.keyCard,
    ...terms(),
    salt: Buffer.from(named(name).slice(2), "hex"),
    ...changes,
  };
  return { body, signature: signed(consentTypedData(fixture.identity, body), signer) };
}

function delegationOf(name: string, changes: Partial<DelegationBody> = {}): Delegation {
  const body: DelegationBody = {
    segment: segment.id,
    proxy: proxy.address,
    proxyName: "Cy Example",
    mayRead: true,
    ...terms(),
    salt: Buffer.from(named(name).slice(2), "hex"),
    ...changes,
  };
  return { body, signature: signed(delegationTypedData(fixture.identity, body)) };
}

const signed = (data: TypedData, signer: { readonly secret: Uint8Array } = segment.owner): Uint8Array =>
  sign(typedDataDigest(data), signer.secret);

const statementOf = (data: TypedData): Hex => keccak256(stringToHex(data.message["statement"] as string));

async function register(commitment: Hash32): Promise<void> {
  await submit({ type: "RegisterConsent", commitment, revoker: revoker.address }, revoker);
}

async function registered(consent: Consent): Promise<Consent> {
  await register(consentCommitment(fixture.identity, consent.body));
  return consent;
}

const idOf = ({ body }: Consent): Hex =>
  consentIdOf(fixture.identity, body.revoker, consentCommitment(fixture.identity, body));

const ZERO = `0x${"00".repeat(32)}` as const;
const NONE = {
  given: false,
  statement: ZERO,
  salt: ZERO,
  revoker: `0x${"00".repeat(20)}` as const,
  signature: "0x" as const,
};
const noTerms = () => termsOf({ ...terms(), resourceTypes: [], actions: [], purposes: [], dataFrom: null });

function shownConsent(value: Consent | null) {
  if (value === null) {
    return { ...NONE, body: { segment: ZERO, grantee: ZERO, granteeKeys: ZERO, terms: noTerms() } };
  }
  const { segment: id, grantee, granteeKeys, salt, revoker: by } = value.body;
  return {
    given: true,
    statement: statementOf(consentTypedData(fixture.identity, value.body)),
    body: { segment: id, grantee, granteeKeys, terms: termsOf(value.body) },
    salt: toHex(salt),
    revoker: by,
    signature: toHex(value.signature),
  };
}

function shownDelegation(value: Delegation | null) {
  if (value === null) {
    return { ...NONE, body: { segment: ZERO, proxy: NONE.revoker, mayRead: false, terms: noTerms() } };
  }
  const { segment: id, proxy: account, mayRead, salt, revoker: by } = value.body;
  return {
    given: true,
    statement: statementOf(delegationTypedData(fixture.identity, value.body)),
    body: { segment: id, proxy: account, mayRead, terms: termsOf(value.body) },
    salt: toHex(salt),
    revoker: by,
    signature: toHex(value.signature),
  };
}

interface Shown {
  readonly consent?: Consent;
  readonly parent?: Consent;
  readonly delegation?: Delegation;
  /** The doctor by default; `null` asks as the owner or the proxy. */
  readonly requester?: typeof doctor | null;
  readonly signer?: Address;
  readonly earlierKeyCards?: readonly Digest[];
  readonly resourceType?: string;
  readonly permitBy?: Signer;
  /** Code that stands in place of a contract's, to give a state that this chain does not have. */
  readonly instead?: { readonly address: Address; readonly code: Hex };
}

/** The contract's answer: a basis with its id, or a code. */
async function decided(shown: Shown): Promise<string> {
  const requester = shown.requester === undefined ? doctor : shown.requester;
  const permit = {
    segment: segment.id,
    organisation: north.id,
    notAfter: 4_000_000_000 as UnixSeconds,
    salt: new Uint8Array(32),
  };
  const { owner, nextOwner, kind, kindSalt } = segment.opening;
  const question = {
    signer: shown.signer ?? requester?.address ?? segment.owner.address,
    requester:
      requester === null
        ? { given: false, actor: ZERO, organisation: ZERO, keyCard: ZERO }
        : { given: true, actor: requester.id, organisation: south.id, keyCard: requester.keyCard },
    action: wordOf("read"),
    purpose: wordOf("TREAT"),
    opening: { owner, nextOwner, kind, kindSalt: toHex(kindSalt) },
    consent: shownConsent(shown.consent ?? null),
    parent: shownConsent(shown.parent ?? null),
    delegation: shownDelegation(shown.delegation ?? null),
    earlierKeyCards: shown.earlierKeyCards ?? [],
    record: {
      id: named("record"),
      segment: segment.id,
      organisation: north.id,
      resourceType: wordOf(shown.resourceType ?? "Observation"),
      from: 19_500,
      to: 19_500,
      anchoredOn: 20_000,
      permit: {
        given: true,
        segment: permit.segment,
        organisation: permit.organisation,
        notAfter: permit.notAfter,
        salt: toHex(permit.salt),
        signature: toHex(signed(permitTypedData(fixture.identity, permit), shown.permitBy)),
      },
    },
  };
  const { basis, code, id } = await client().readContract({
    address: fixture.identity.contracts.policy ?? expect.unreachable("a policy is deployed"),
    abi: policyAbi,
    functionName: "decide",
    args: [question as never],
    ...(shown.instead === undefined ? {} : { stateOverride: [shown.instead] }),
  });
  return code === 0 ? `${BASES[basis - 1]} ${id}` : (DENIAL_CODES[code - 1] ?? "");
}

test("follows a consent from its registration to its revocation", async () => {
  const consent = consentOf("live");
  expect(await decided({ consent })).toBe("not-registered");
  await registered(consent);
  expect(await decided({ consent })).toBe(`consent ${idOf(consent)}`);
  await submit({ type: "RevokeConsent", consent: idOf(consent) as never }, revoker);
  expect(await decided({ consent })).toBe("revoked");
});

test("computes what wallets sign, exceptions included", async () => {
  const any = { resourceTypes: [], actions: [], purposes: [], dataFrom: null, dataTo: null };
  const exceptions = [
    { ...any, resourceTypes: ["Condition", "Patient"], actions: ["read"] as const },
    { ...any, purposes: ["HRESCH", "TREAT"] as const, dataFrom: 19_600 as Day },
  ];
  const consent = await registered(consentOf("with exceptions", { exceptions, resourceTypes: ["*"] }));
  expect(await decided({ consent })).toBe(`consent ${idOf(consent)}`);
  expect(await decided({ consent, resourceType: "Patient" })).toBe("denied");
});

test("checks who signed, and who asks", async () => {
  const consent = await registered(consentOf("for the doctor"));
  expect(await decided({ requester: null })).toBe(`owner ${segment.id}`);
  expect(await decided({ requester: null, signer: proxy.address })).toBe("not-owner");
  expect(await decided({ consent: { ...consent, signature: new Uint8Array(65) } })).toBe("not-owner");
  expect(await decided({ consent: consentOf("for the doctor", {}, proxy) })).toBe("not-owner");
  expect(await decided({ consent, permitBy: proxy })).toBe("no-permit");
  expect(await decided({ consent, signer: proxy.address })).toBe("unknown-requester");
  expect(await decided({})).toBe("no-consent");
  const before = await registered(consentOf("under an old card", { granteeKeys: named("old card") }));
  expect(await decided({ consent: before })).toBe("not-grantee");
  expect(await decided({ consent: before, earlierKeyCards: [named("old card")] })).toBe("rotated-key");
});

test("follows what a grantee passed on, an actor or an organisation", async () => {
  const consent = await registered(consentOf("passed on"));
  const passedOn = consentOf("passed on", {}, specialist);
  const actions = ["read", "reshare"] as const;
  const toActor = { grantee: specialist.id, granteeKeys: specialist.keyCard, actions };
  const parent = await registered(consentOf("parent", toActor));
  expect(await decided({ consent: passedOn, parent })).toBe(`consent ${idOf(consent)}`);
  const keyCard = MEMBERS[0]?.keyCard as Digest;
  const toMember = await registered(
    consentOf("to a member", { grantee: north.id, granteeKeys: keyCard, actions }),
  );
  expect(await decided({ consent: passedOn, parent: toMember })).toBe("not-resharer");
  const byMember = consentOf("passed on", {}, north);
  expect(await decided({ consent: byMember, parent: toMember })).toBe(`consent ${idOf(consent)}`);
});

test("follows what a proxy signed, and the proxy itself", async () => {
  const delegation = delegationOf("delegation");
  const commitment = delegationCommitment(fixture.identity, delegation.body);
  await register(commitment);
  const consent = await registered(consentOf("by proxy"));
  const byProxy = consentOf("by proxy", {}, proxy);
  expect(await decided({ consent: byProxy, delegation })).toBe(`proxy ${idOf(consent)}`);
  const id = consentIdOf(fixture.identity, revoker.address, commitment);
  expect(await decided({ requester: null, signer: proxy.address, delegation })).toBe(`proxy ${id}`);
  await submit({ type: "RevokeConsent", consent: id }, revoker);
  expect(await decided({ consent: byProxy, delegation })).toBe("revoked");
});

/** Code that answers every call with these words. */
const answering = (...words: readonly bigint[]): Hex => {
  const stores = words.map(
    (word, i) => `7f${word.toString(16).padStart(64, "0")}61${(32 * i).toString(16).padStart(4, "0")}52`,
  );
  return `0x${stores.join("")}61${(32 * words.length).toString(16).padStart(4, "0")}6000f3`;
};

test("takes rotations, suspended members and records taken back from the other contracts", async () => {
  const consent = await registered(consentOf("other states"));
  const { owners, records, consortium } = fixture.identity.contracts;
  const rotated = { address: owners, code: answering(BigInt(proxy.address), 0n, 1n) };
  expect(await decided({ consent, instead: rotated })).toBe("not-owner");
  expect(await decided({ requester: null, signer: proxy.address, instead: rotated, permitBy: proxy })).toBe(
    `owner ${segment.id}`,
  );
  const status = (amended: bigint, retracted: bigint, erased: bigint) => ({
    address: records,
    code: answering(amended, 0n, retracted, erased, 0n, 0n, 0n, 0n),
  });
  expect(await decided({ consent, instead: status(1n, 0n, 0n) })).toBe(`consent ${idOf(consent)}`);
  expect(await decided({ consent, instead: status(1n, 1n, 0n) })).toBe("retracted");
  expect(await decided({ consent, instead: status(0n, 1n, 1n) })).toBe("erased");
  const refusing = { address: consortium, code: "0x60006000fd" } as const;
  expect(await decided({ consent, instead: refusing })).toBe("member-suspended");
});
