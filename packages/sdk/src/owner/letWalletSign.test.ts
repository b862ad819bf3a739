import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { consentSentence } from "@anamnesis/core/consent/consentSentence";
import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { ownerKeyOf, revokerSecret, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { describe, expect, it } from "vitest";
import { ownerAccess } from "../access.ts";
import { granteeOf, grantConsent } from "../grant.ts";
import { newestCard, patientKeys, segmentOf } from "../keys/patientKeys.ts";
import { createSeed, printRecoveryKit, readRecoveryKit } from "../keys/recoveryKit.ts";
import { readLedger } from "../ledgerView.ts";
import { permitOrganisation } from "../permit.ts";
import { accessLog } from "../receipts.ts";
import { completeRevocations, putInForce, revokeConsent } from "../revoke.ts";
import { grantedPatient } from "../testing/grantedPatient.ts";
import { problem } from "../testing/problem.ts";
import { random } from "../testing/random.ts";
import { testWallet } from "../testing/testWallet.ts";
import { beginRotation, type NextWallet } from "./beginRotation.ts";
import { completePermits, finishRotation, unsignedPermits } from "./finishRotation.ts";
import { letWalletSign } from "./letWalletSign.ts";
import type { WalletSigner } from "./ownerSigner.ts";
import { recoverOwner } from "./recoverOwner.ts";
import { renewPermits } from "./renewPermits.ts";
import { rotateOwner } from "./rotateOwner.ts";
import { writeOwn } from "./writeOwn.ts";

const KIND = "general";
const DEVICE = "this portal on my devices";

/** A patient of whom a wallet is to own the general segment. */
async function patientWithWallet() {
  const world = await grantedPatient();
  const { base, keys, save, recoveryKit } = world;
  const wallet = testWallet();
  const withWallet = { ...base, runtime: { ...base.runtime, wallet: wallet.ask } };
  const begin = (more: Partial<Parameters<typeof letWalletSign>[0]> = {}) =>
    letWalletSign({
      ...withWallet,
      keys: keys(),
      recoveryKit,
      kind: KIND,
      account: wallet.account,
      device: DEVICE,
      ...more,
    });
  const become = async () => {
    await save(await begin());
    return finishRotation({ ...base, keys: keys(), save });
  };
  return {
    ...world,
    wallet,
    withWallet,
    begin,
    become,
    owner: () => newestCard(segmentOf(keys(), KIND)).body.owner,
  };
}

function grantOf({ keys, save, doctor, world }: Awaited<ReturnType<typeof patientWithWallet>>) {
  return {
    keys: keys(),
    save,
    kinds: [KIND] as const,
    grantee: granteeOf(doctor.card),
    resourceTypes: ["*"],
    purposes: ["TREAT"] as const,
    notAfter: (world.time + 3600) as typeof world.time,
  };
}

describe("a wallet as the owner", () => {
  it("signs once what it takes, and the device goes on to read all there is, without it", async () => {
    const world = await patientWithWallet();
    const { keys, base, wallet, become, opens, access, doctor, seal } = world;
    const others = keys().segments.map(({ id }) => id);
    expect(await become()).toMatchObject({ permits: 1, permitsMissing: [], undelivered: [] });
    expect(wallet.types()).toEqual(["Delegation", "Permit", "Card", "Consent"]);
    expect(wallet.statements()[0]).toMatch(
      new RegExp(`^I let ${DEVICE} read every record .* and allow it to nobody else;`),
    );
    expect(world.owner()).toBe(wallet.account);
    expect(keys().segments.map(({ id }) => id)).toEqual(others);
    for (const { opening, cards, wallet: kept } of keys().segments) {
      if (opening.kind === KIND) continue;
      expect(kept).toBeUndefined();
      expect(cards.at(-1)?.body.owner).toBe(ownerKeyOf(keys().root, opening.kind).address);
    }
    expect(await opens()).toBe(2);
    await seal("after the rotation");
    world.world.anchor();
    expect(await opens()).toBe(3);
    const [theirs] = (await access(doctor)).filter(({ card }) => card.body.generation === 1);
    expect(await opens(theirs, "TREAT")).toBe(3);
    const log = await accessLog({ ...base, keys: keys(), kinds: [KIND] });
    expect(log.findings).toEqual([]);
    expect(log.accesses.map(({ who, basis }) => [who === null, basis])).toContainEqual([true, "proxy"]);
    // What is kept is what is read back.
    expect(patientKeys.decode(patientKeys.encode(keys()))).toEqual(keys());
    expect(segmentOf(keys(), KIND).wallet?.permits).toEqual([]);
    expect(wallet.asked).toHaveLength(4);
  });

  it.each(["Delegation", "Permit", "Card", "Consent"])(
    "changes nothing when the person turns the %s down",
    async (type) => {
      const { keys, saves, wallet, begin, opens } = await patientWithWallet();
      const before = saves.length;
      wallet.refuse(({ primaryType }) => primaryType === type);
      await expect(begin()).rejects.toMatchObject({ code: "wallet-refused" });
      expect(saves).toHaveLength(before);
      expect(segmentOf(keys(), KIND).pending).toBeNull();
      expect(await opens()).toBe(2);
      wallet.refuse(() => false);
      expect((await begin()).generation).toBe(1);
    },
  );

  it("is nobody who signs with another key, nor an account that owned the segment before", async () => {
    const { begin, keys, base, withWallet, become, rotate, opens } = await patientWithWallet();
    const stranger = testWallet();
    const another: WalletSigner = async (_, data) => stranger.ask(stranger.account, data);
    const runtime = { ...base.runtime, wallet: another };
    await expect(begin({ runtime })).rejects.toMatchObject({ code: "wallet-not-owner" });
    const garbage = { ...base.runtime, wallet: async () => new Uint8Array(65) };
    await expect(begin({ runtime: garbage })).rejects.toMatchObject({ code: "wallet-not-owner" });
    await become();
    await rotate();
    expect(segmentOf(keys(), KIND).wallet).toBeUndefined();
    expect(await opens()).toBe(2);
    await expect(begin()).rejects.toMatchObject({ code: "wallet-was-owner" });
    const next = testWallet();
    const second = { ...withWallet.runtime, wallet: next.ask };
    expect((await begin({ runtime: second, account: next.account })).generation).toBe(3);
  });

  it("wants the paper from which the keys came, and no rotation under way", async () => {
    const { begin, save } = await patientWithWallet();
    const recoveryKit = printRecoveryKit(createSeed(random));
    await expect(begin({ recoveryKit })).rejects.toMatchObject({ code: "another-kit" });
    const begun = await begin();
    await save(begun);
    // Keys of a rotation that was begun are the next generation's.
    await expect(begin({ keys: begun })).rejects.toMatchObject({ code: "rotation-begun" });
  });

  it("is asked for each share, with the sentence of its terms first, and nothing is shared that it does not sign", async () => {
    const world = await patientWithWallet();
    const { become, keys, saves, base, withWallet, wallet, access, doctor, opens } = world;
    await become();
    const grant = () => grantOf(world);
    const before = saves.length;
    await expect(grantConsent({ ...base, ...grant() })).rejects.toMatchObject({ code: "wallet-needed" });
    wallet.refuse(({ primaryType }) => primaryType === "Consent");
    await expect(grantConsent({ ...withWallet, ...grant() })).rejects.toMatchObject({
      code: "wallet-refused",
    });
    expect(saves).toHaveLength(before);
    wallet.refuse(() => false);
    const { consents } = await grantConsent({ ...withWallet, ...grant() });
    const kept = segmentOf(keys(), KIND).consents.at(-1);
    expect(consents).toHaveLength(1);
    expect(wallet.statements().at(-1)).toBe(consentSentence(kept?.consent.body as never));
    const newest = (await access(doctor)).at(-1);
    expect(await opens(newest, "TREAT")).toBe(2);
  });

  it("is not needed to stop a share; the new epoch waits for it", async () => {
    const world = await patientWithWallet();
    const { become, keys, save, base, withWallet, wallet, consents, access, doctor, opens } = world;
    await become();
    const inForce: number[] = [];
    const stop = { keys: keys(), save, consents, onInForce: () => void inForce.push(1) };
    await expect(revokeConsent({ ...base, ...stop })).rejects.toMatchObject({ code: "wallet-needed" });
    expect(inForce).toEqual([1]);
    const [theirs] = (await access(doctor)).filter(({ card }) => card.body.generation === 1);
    await expect(opens(theirs, "TREAT")).rejects.toMatchObject({ code: "not-opened" });
    expect(segmentOf(keys(), KIND).consents.map(({ status }) => status)).toEqual(["revoking"]);
    const asked = wallet.asked.length;
    await completeRevocations({ ...withWallet, keys: keys(), save });
    expect(wallet.types().slice(asked)).toEqual(["Card"]);
    expect(segmentOf(keys(), KIND).consents.map(({ status }) => status)).toEqual(["revoked"]);
    expect(newestCard(segmentOf(keys(), KIND)).body).toMatchObject({ epoch: 2, owner: wallet.account });
    expect(await opens()).toBe(2);
  });

  it("is not asked by who only puts a stop in force, though it has not answered another question yet", async () => {
    const world = await patientWithWallet();
    const { become, keys, save, base, withWallet, consents, access, doctor, opens } = world;
    await become();
    // Another tab's question, which nobody answers.
    let refuse: (error: unknown) => void = () => undefined;
    const hanging = new Promise<Uint8Array>((_, reject) => {
      refuse = reject;
    });
    const runtime = { ...base.runtime, wallet: async () => hanging };
    const share = grantConsent({ ...base, ...grantOf(world), runtime });
    const { revoked } = await putInForce({ ...base, keys: keys(), save, consents });
    expect(revoked[0]?.acknowledged).toHaveLength(3);
    const [theirs] = (await access(doctor)).filter(({ card }) => card.body.generation === 1);
    await expect(opens(theirs, "TREAT")).rejects.toMatchObject({ code: "not-opened" });
    expect(segmentOf(keys(), KIND).consents.map(({ status }) => status)).toEqual(["revoking"]);
    refuse(problem("wallet-refused"));
    await expect(share).rejects.toThrow();
    await completeRevocations({ ...withWallet, keys: keys(), save });
    expect(segmentOf(keys(), KIND).consents.map(({ status }) => status)).toEqual(["revoked"]);
  });

  it("holds up no part that the device owns when it is lost: those have their new keys at once", async () => {
    const world = await patientWithWallet();
    const { become, keys, save, base, withWallet, wallet } = world;
    await become();
    // The owner's part comes first in the order of parts.
    const more = await grantConsent({ ...base, ...grantOf(world), kinds: ["genetic"] });
    const stop = { keys: keys(), save, consents: [...world.consents, ...more.consents] };
    await expect(revokeConsent({ ...base, ...stop })).rejects.toMatchObject({ code: "wallet-needed" });
    const stateOf = (kind: "general" | "genetic") => {
      const segment = segmentOf(keys(), kind);
      return [segment.consents.map(({ status }) => status), newestCard(segment).body.epoch];
    };
    expect(stateOf("genetic")).toEqual([["revoked"], 2]);
    expect(stateOf(KIND)).toEqual([["revoking"], 1]);
    wallet.refuse(() => true);
    const again = completeRevocations({ ...withWallet, keys: keys(), save });
    await expect(again).rejects.toMatchObject({ code: "wallet-refused" });
    expect(stateOf("genetic")).toEqual([["revoked"], 2]);
    wallet.refuse(() => false);
    await completeRevocations({ ...withWallet, keys: keys(), save });
    expect(stateOf(KIND)).toEqual([["revoked"], 2]);
  });

  it("signs permits for its own part alone, and no record that its person writes", async () => {
    const world = await patientWithWallet();
    const { become, keys, consortium, base, wallet, journal } = world;
    await become();
    const asked = wallet.asked.length;
    const { identity } = consortium;
    const { organisation } = world.world.member(0);
    const wish = { keys: keys(), identity, organisation, notAfter: world.world.time, random };
    await expect(permitOrganisation(wish)).rejects.toMatchObject({ code: "wallet-needed" });
    const { segments } = await permitOrganisation({ ...wish, wallet: wallet.ask });
    expect([segments.length, wallet.asked.length - asked]).toEqual([8, 1]);
    const own = writeOwn({ ...base, keys: keys(), kind: KIND, resources: [], journal });
    await expect(own).rejects.toMatchObject({ code: "wallet-owns" });
  });

  it("keeps what was signed for who was away, and is not asked again", async () => {
    const world = await patientWithWallet();
    const { begin, keys, save, base, wallet } = world;
    await save(await begin());
    world.world.intercept = (_endpoint, method, path) => {
      if (method === "POST" && path === "/v1/permits") throw problem("not-found");
    };
    await finishRotation({ ...base, keys: keys(), save });
    expect(segmentOf(keys(), KIND).wallet?.permits).toHaveLength(1);
    world.world.intercept = () => undefined;
    const asked = wallet.asked.length;
    await completePermits({ ...base, keys: keys(), save });
    // Nor when permits are renewed once more.
    const again = await renewPermits({ ...base, keys: keys() });
    expect(again).toMatchObject({ permits: 1, permitsMissing: [] });
    expect(segmentOf(keys(), KIND).wallet?.permits).toEqual([]);
    expect(await world.opens()).toBe(2);
    expect(wallet.asked).toHaveLength(asked);
  });

  it("brings what was signed although a home says that it has nothing, and forgets none of it before", async () => {
    const world = await patientWithWallet();
    const { begin, keys, save, base, opens, world: fake } = world;
    await save(await begin());
    // All homes forgot the segment's records for a while, as one that is behind says.
    const kept = [...fake.nodes.values()].map((node) => ({ node, records: node.records }));
    for (const { node } of kept) node.records = [];
    fake.intercept = (_endpoint, method, path) => {
      if (method === "POST" && path === "/v1/permits") throw problem("internal");
    };
    await finishRotation({ ...base, keys: keys(), save });
    expect(segmentOf(keys(), KIND).wallet?.permits).toHaveLength(1);
    fake.intercept = () => undefined;
    await completePermits({ ...base, keys: keys(), save });
    expect(segmentOf(keys(), KIND).wallet?.permits).toEqual([]);
    for (const { node, records } of kept) node.records = records;
    expect(await opens()).toBe(2);
  });

  it("keeps what it signed for a home that has not heard of the permit, until it has", async () => {
    const world = await patientWithWallet();
    const { begin, keys, save, base, world: fake } = world;
    await save(await begin());
    const behind = fake.node(1).permits;
    const held = [...behind];
    behind.clear();
    const done = await finishRotation({ ...base, keys: keys(), save });
    expect(done?.permitsMissing).toEqual([{ organisation: fake.member(1).organisation, code: "bad-permit" }]);
    expect(segmentOf(keys(), KIND).wallet?.permits).toHaveLength(1);
    for (const [name, permit] of held) behind.set(name, permit);
    await completePermits({ ...base, keys: keys(), save });
    expect(segmentOf(keys(), KIND).wallet?.permits).toEqual([]);
  });

  it("is asked later for a permit under which records stood when it had signed, and once", async () => {
    const world = await patientWithWallet();
    const { begin, keys, save, base, withWallet, wallet, opens, consortium, world: fake } = world;
    // At the beginning the homes were behind and spoke of no record.
    const kept = [...fake.nodes.values()].map((node) => ({ node, records: node.records }));
    for (const { node } of kept) node.records = [];
    await save(await begin());
    for (const { node, records } of kept) node.records = records;
    expect(wallet.types()).not.toContain("Permit");
    const { permitsMissing } = (await finishRotation({ ...base, keys: keys(), save })) ?? {};
    expect(permitsMissing?.map(({ code }) => code)).toEqual(["wallet-needed"]);
    const waiting = () => unsignedPermits(consortium, segmentOf(keys(), KIND));
    expect(waiting()).toBe(1);
    expect(patientKeys.decode(patientKeys.encode(keys()))).toEqual(keys());
    await completePermits({ ...base, keys: keys(), save });
    expect(waiting()).toBe(1);
    await completePermits({ ...withWallet, keys: keys(), save });
    expect(wallet.types().filter((type) => type === "Permit")).toHaveLength(1);
    expect([waiting(), segmentOf(keys(), KIND).wallet?.permits]).toEqual([0, []]);
    expect(await opens()).toBe(2);
  });
});

describe("a wallet that is lost", () => {
  it("is taken away by the printed kit alone, with all that it signed", async () => {
    const world = await patientWithWallet();
    const { become, keys, base, withWallet, save, recoveryKit, wallet, access, doctor, opens } = world;
    await become();
    // The wallet went on to a next epoch: those cards are the seed's too.
    await revokeConsent({ ...withWallet, keys: keys(), save, consents: world.consents });
    await grantConsent({ ...withWallet, ...grantOf(world) });
    const lost = keys();
    const theirs = (await access(doctor)).at(-1);
    expect(await opens(theirs, "TREAT")).toBe(2);
    const asked = wallet.asked.length;
    const ledger = await readLedger(world.world.ledger);
    const recovered = await recoverOwner({ ...base, ledger, recoveryKit, save });
    expect(recovered.missing).toEqual([]);
    expect(world.owner()).toBe(ownerKeyOf(keys().root, KIND).address);
    expect(segmentOf(keys(), KIND).cards).toHaveLength(5);
    expect(await opens(ownerAccess(keys(), KIND))).toBe(2);
    await expect(opens(theirs, "TREAT")).rejects.toMatchObject({ code: "not-opened" });
    await expect(opens(ownerAccess(lost, KIND))).rejects.toMatchObject({ code: "not-opened" });
    expect(wallet.asked).toHaveLength(asked);
  });

  // After so many cards had come to a node: none, the ledger's word alone, the wallet's part, other parts too, all but one.
  it.each([0, 1, 2, 4, 9, 19, 31])(
    "is taken away by the kit alone when the device was lost after %d cards had left",
    async (left) => {
      const world = await patientWithWallet();
      const { become, base, save, keys, opens, recoveryKit, world: fake } = world;
      let sent = 0;
      fake.intercept = (_endpoint, _method, path) => {
        if (path === exchangeRoutes.putCards.path && ++sent > left) throw problem("internal");
      };
      await expect(become()).rejects.toMatchObject({ code: "cards-not-published" });
      fake.intercept = () => undefined;
      const ledger = await readLedger(fake.ledger);
      const recovered = await recoverOwner({ ...base, ledger, recoveryKit, save });
      expect(recovered.missing).toEqual([]);
      expect(world.owner()).toBe(ownerKeyOf(keys().root, KIND).address);
      expect(new Set(keys().segments.map(({ cards }) => cards.at(-1)?.body.generation))).toEqual(
        new Set([keys().generation]),
      );
      expect(await opens(ownerAccess(keys(), KIND))).toBe(2);
    },
  );

  it("holds up no other part when nobody has the card that the ledger speaks of", async () => {
    const world = await patientWithWallet();
    const { become, base, save, keys, recoveryKit, world: fake } = world;
    await become();
    const { id } = segmentOf(keys(), KIND);
    for (const { cards, waiting } of fake.nodes.values()) {
      waiting.delete(id);
      cards.set(id, (cards.get(id) ?? []).slice(0, 1));
    }
    const common = { ...base, ledger: await readLedger(fake.ledger), recoveryKit, save };
    await expect(recoverOwner(common)).rejects.toMatchObject({ code: "kit-replaced" });
    const recovered = await recoverOwner({ ...common, withoutMissing: true });
    expect(recovered.missing).toEqual([KIND]);
    expect(recovered.keys.segments).toHaveLength(7);
  });

  it("is taken away with the device's own keys and the kit, and live shares stay", async () => {
    const world = await patientWithWallet();
    const { become, keys, save, base, recoveryKit, access, doctor, opens } = world;
    await become();
    await rotateOwner({ ...base, keys: keys(), save, recoveryKit });
    expect(world.owner()).toBe(ownerKeyOf(keys().root, KIND).address);
    const newest = (await access(doctor)).find(({ card }) => card.body.generation === 2);
    expect(await opens(newest, "TREAT")).toBe(2);
    expect(await opens()).toBe(2);
  });
});

describe("an owner whom no rotation of the seed's names", () => {
  it("is not taken for the seed's: one that gives the segment on to somebody else's next key", async () => {
    const { keys, save, base, consortium, recoveryKit, world, wallet } = await patientWithWallet();
    const seed = readRecoveryKit(recoveryKit);
    // Who has the next root, of a device that began a rotation, names an account and a next key of their own.
    const [next, theirs] = [rootOfSeed(seed, 1), createSeed(random)];
    const begun = await beginRotation(
      consortium.identity,
      keys(),
      { standing: next, root: next, nextRoot: theirs, generation: 1, wallet: stolen() },
      () => false,
    );
    await finishRotation({ ...base, keys: begun, save });
    const ledger = await readLedger(world.ledger);
    await expect(recoverOwner({ ...base, ledger, recoveryKit, save })).rejects.toMatchObject({
      code: "kit-replaced",
    });

    function stolen(): NextWallet {
      const { secret, address } = ownerKeyOf(theirs, KIND);
      expect(address).not.toBe(wallet.account);
      return {
        kind: KIND,
        account: address,
        ask: async (_, data) => sign(typedDataDigest(data), secret),
        permits: [],
        delegation: readingDelegation({
          segment: segmentOf(keys(), KIND).id,
          proxy: ownerKeyOf(next, KIND).address,
          proxyName: "thief",
          notBefore: world.time,
          notAfter: world.time,
          salt: new Uint8Array(32),
          revoker: addressOf(publicKeyOf(revokerSecret(next, new Uint8Array(32)))),
        }),
      };
    }
  });
});
