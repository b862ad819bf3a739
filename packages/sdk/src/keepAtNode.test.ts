import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { type ConsentBody, consentCommitment, consentTypedData } from "@anamnesis/core/consent/consent";
import { sealGrant } from "@anamnesis/core/consent/grant";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { intentDigest } from "@anamnesis/core/ledger/intents";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { expect, it } from "vitest";
import { ownerAccess } from "./access.ts";
import { granteeOf } from "./grant.ts";
import { keepAtNode, type Kept } from "./keepAtNode.ts";
import { actorOf, cardDigestOf, createActorKeys } from "./keys/actorKeys.ts";
import { listGrants } from "./listGrants.ts";
import { listRecords } from "./listRecords.ts";
import { openRecords } from "./open.ts";
import { connect, httpSigner } from "./runtime.ts";
import { FakeConsortium } from "./testing/fakeConsortium.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { random } from "./testing/random.ts";

async function opening() {
  const journey = await beginJourney();
  const scan = { ...resource("scan", "Media"), mediaType: "application/dicom" };
  await journey.seal([resource("a"), resource("b"), scan]);
  journey.world.anchor();
  await journey.grant();
  const [access] = await journey.access();
  if (access === undefined) throw new TypeError("no grant");
  const { world, consortium, doctor } = journey;
  const common = { runtime: world.runtime, consortium, access, purpose: "TREAT" as const };
  const node = connect(world.runtime, world.member(1).endpoint, httpSigner(doctor.ed25519));
  return { ...journey, common, node, listing: await listRecords(common) };
}

it("gives the own node the keys of what was opened, with the shares of the same requests, as often as one likes", async () => {
  const { common, node, listing, world, doctor } = await opening();
  const all: Kept[] = [];
  for (let i = 0; i < 2; i++) {
    await openRecords({
      ...common,
      listing,
      onUnlocked: async (records) => void all.push(await keepAtNode({ ...common, node, listing }, records)),
    });
  }
  const [first, second] = all;
  expect(first?.kept).toHaveLength(2);
  expect(first?.notKept).toMatchObject([{ code: "not-fhir" }]);
  expect(second).toEqual(first);
  const { kept } = world.node(1);
  expect([...kept.keys()].toSorted()).toEqual([...(first?.kept ?? [])].toSorted());
  expect([...kept.values()].map(({ bytes }) => bytes)).toEqual([resource("a").bytes, resource("b").bytes]);
  const by = httpSigner(doctor.ed25519).keyid;
  expect(new Set([...kept.values()].map(({ signer }) => signer))).toEqual(new Set([by]));
  // Two openings, and no receipt of keeping.
  expect(world.node(0).log).toHaveLength(2);
});

it("opens and keeps under a consent that was passed on, with that on which it hangs", async () => {
  const world = await FakeConsortium.create();
  const { organisation } = world.member(1);
  const specialist = await createActorKeys({ subject: "practitioner", name: "Dr. Bo", organisation, random });
  world.register(specialist);
  const { consortium, doctor, seal, grant, access: accessesOf, node: home } = await beginJourney(world);
  await seal([resource("a")]);
  world.anchor();
  await grant({ grantee: granteeOf(specialist.card), actions: ["read", "reshare"] });
  const [theirs = expect.unreachable()] = await accessesOf(specialist);
  const parent = theirs.consent ?? expect.unreachable();
  const revoker = random(32);
  const body: ConsentBody = {
    ...parent.body,
    actions: ["read"],
    grantee: actorOf(doctor),
    granteeName: doctor.card.name,
    granteeKeys: cardDigestOf(doctor),
    salt: random(32),
    revoker: addressOf(publicKeyOf(revoker)),
  };
  const { identity } = world;
  const digest = typedDataDigest(consentTypedData(identity, body));
  const consent = { body, signature: sign(digest, specialist.secp256k1) };
  const about = { commitment: consentCommitment(identity, body), revoker: body.revoker };
  const signature = sign(intentDigest(identity, { type: "RegisterConsent", ...about }), revoker);
  await home.call(exchangeRoutes.registerConsent, {}, { ...about, signature });
  const { opening, card } = theirs;
  const segmentKey = (await theirs.keyOf(0, [])) ?? expect.unreachable();
  const content = { consent, parent, delegation: null, opening, card, epoch: 0, segmentKey };
  const sealed = await sealGrant(actorOf(doctor), cardDigestOf(doctor), doctor.card.kem, content);
  const node = connect(world.runtime, world.member(1).endpoint, httpSigner(doctor.ed25519));
  await node.call(exchangeRoutes.putGrant, {}, sealed);

  const [access = expect.unreachable()] = await accessesOf(doctor);
  const wish = { runtime: world.runtime, consortium, access, purpose: "TREAT" as const };
  const listing = await listRecords(wish);
  const kept: Kept[] = [];
  const { opened } = await openRecords({
    ...wish,
    listing,
    onUnlocked: async (records) => void kept.push(await keepAtNode({ ...wish, node, listing }, records)),
  });
  expect([opened.length, kept[0]?.kept.length]).toEqual([1, 1]);
  expect([...world.node(1).kept.values()].map(({ shown }) => shown)).toEqual([
    { consent, parent, delegation: null },
  ]);
  // Signed by nobody who owns the segment: what it hangs on was taken out.
  const alone = { ...content, parent: null };
  await node.call(
    exchangeRoutes.putGrant,
    {},
    await sealGrant(actorOf(doctor), cardDigestOf(doctor), doctor.card.kem, alone),
  );
  expect((await listGrants({ node, keys: doctor, identity })).unreadable).toEqual([
    { code: "grant-mismatch" },
  ]);
});

it("keeps nothing of a patient's own access, and nothing that no custodian opened", async () => {
  const { common, node, listing, keys } = await opening();
  const access = ownerAccess(keys(), "general");
  expect(await codeOf(keepAtNode({ ...common, access, node, listing }, []))).toBe("no-consent");
  const results: Kept[] = [];
  await openRecords({
    ...common,
    listing,
    onUnlocked: async (records) => {
      const closed = records.map((record) => ({ ...record, G: null }));
      results.push(await keepAtNode({ ...common, node, listing }, closed));
    },
  });
  expect(results[0]?.kept).toEqual([]);
  expect(results[0]?.notKept.map(({ code }) => code)).toEqual(["not-opened", "not-opened", "not-opened"]);
});
