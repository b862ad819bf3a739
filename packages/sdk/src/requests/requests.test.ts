import { requestRoutes } from "@anamnesis/api/routes/requests";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import { createActorKeys } from "../keys/actorKeys.ts";
import { segmentOf } from "../keys/patientKeys.ts";
import { revokeConsent } from "../revoke.ts";
import { finishRotation } from "../owner/finishRotation.ts";
import { letWalletSign } from "../owner/letWalletSign.ts";
import { beginJourney } from "../testing/journey.ts";
import { problem } from "../testing/problem.ts";
import { random } from "../testing/random.ts";
import { testWallet } from "../testing/testWallet.ts";
import { answerRequest, completeAnswers } from "./answerRequest.ts";
import { askAccess, type AskAccessParameters } from "./askAccess.ts";
import { askedRequests } from "./askedRequests.ts";
import { receivedRequests } from "./receivedRequests.ts";
import { withdrawRequest } from "./withdrawRequest.ts";

async function begin() {
  const journey = await beginJourney();
  const { world, consortium, doctor, keys, save } = journey;
  const { runtime } = world;
  const { id: segment } = segmentOf(keys(), "general");
  const notAfter = (world.time + 90 * 86_400) as UnixSeconds;
  const ask = (changes: Partial<AskAccessParameters> = {}) =>
    askAccess({ runtime, consortium, keys: doctor, segment, notAfter, ...changes });
  const asked = () => askedRequests({ runtime, consortium, keys: doctor });
  const received = () => receivedRequests({ runtime, consortium, keys: keys() });
  const only = async () => {
    const { requests } = await received();
    expect(requests).toHaveLength(1);
    return requests[0] as (typeof requests)[number];
  };
  const terms = { kinds: ["general" as const], resourceTypes: ["*"], purposes: ["TREAT" as const], notAfter };
  const answer = async (grant: Parameters<typeof answerRequest>[0]["grant"], message = "") =>
    answerRequest({ runtime, consortium, keys: keys(), save, request: await only(), grant, message });
  return { ...journey, runtime, segment, notAfter, ask, asked, received, only, terms, answer };
}

describe("a request for access", () => {
  it("reaches the patient from the homes, in the requester's own words and the directory's name", async () => {
    const { ask, received, asked, doctor, world, notAfter } = await begin();
    const given = await ask({ kinds: ["general", "genetic"], message: "Before Thursday, please." });
    expect(given.missing).toEqual([]);
    expect(new Set(given.homes)).toEqual(
      new Set([world.member(0).organisation, world.member(1).organisation]),
    );
    const list = await received();
    expect([list.unreadable, list.silent]).toEqual([[], []]);
    expect(list.requests).toMatchObject([
      {
        id: given.request,
        kind: "general",
        requester: { card: doctor.card, organisationName: "South", active: true },
        asked: { kinds: ["general", "genetic"], notAfter, message: "Before Thursday, please." },
        state: "waiting",
        answer: null,
      },
    ]);
    expect(await asked()).toMatchObject({
      requests: [{ id: given.request, state: "waiting", asked: { message: "Before Thursday, please." } }],
      unreadable: [],
      silent: [],
    });
  });

  it("is read and answered by the device of whose segment a wallet is the owner", async () => {
    const { ask, asked, only, answer, terms, runtime, consortium, keys, save, recoveryKit } = await begin();
    const wallet = testWallet();
    const withWallet = { ...runtime, wallet: wallet.ask };
    const about = {
      consortium,
      recoveryKit,
      kind: "general",
      account: wallet.account,
      device: "me",
    } as const;
    await save(await letWalletSign({ ...about, runtime: withWallet, keys: keys() }));
    await finishRotation({ runtime, consortium, keys: keys(), save });
    await ask();
    expect((await only()).state).toBe("waiting");
    // Saying no takes no wallet; saying yes is a consent.
    await expect(answer(terms)).rejects.toMatchObject({ code: "wallet-needed" });
    const request = await only();
    await answerRequest({ runtime: withWallet, consortium, keys: keys(), save, request, grant: terms });
    expect(wallet.types()).toEqual(["Delegation", "Card", "Consent"]);
    const { requests, unreadable } = await asked();
    expect(unreadable).toEqual([]);
    expect(requests).toMatchObject([{ state: "granted", answer: { outcome: "granted" } }]);
    await ask();
    const second = (await receivedRequests({ runtime, consortium, keys: keys() })).requests.find(
      ({ state }) => state === "waiting",
    );
    await answerRequest({ runtime, consortium, keys: keys(), save, request: second as never, grant: null });
    expect((await asked()).requests.map(({ state }) => state).sort()).toEqual(["denied", "granted"]);
  });

  it("may be addressed to any segment of the patient's", async () => {
    const { ask, received, keys } = await begin();
    await ask({ segment: segmentOf(keys(), "genetic").id });
    expect((await received()).requests).toMatchObject([{ kind: "genetic", asked: { kinds: ["general"] } }]);
  });

  it("needs one home, and says when none takes it or nobody knows the segment", async () => {
    const { ask, world, received } = await begin();
    world.stop(1);
    expect((await ask()).missing).toEqual([{ home: world.member(1).organisation, code: "node-unreachable" }]);
    expect((await received()).requests).toHaveLength(1);
    world.stop(0);
    await expect(ask()).rejects.toMatchObject({ code: "request-not-delivered" });
    world.start(0, 1);
    const segment = toHex<SegmentId>(random(32));
    await expect(ask({ segment })).rejects.toMatchObject({ code: "segment-not-found" });
  });

  it("expires", async () => {
    const { ask, only, asked, world, answer, terms } = await begin();
    await ask({ wait: 60 });
    world.time = (world.time + 60) as UnixSeconds;
    expect((await only()).state).toBe("expired");
    expect((await asked()).requests[0]?.state).toBe("expired");
    await expect(answer(terms)).rejects.toMatchObject({ code: "request-closed" });
  });

  it("is withdrawn everywhere, and then not answered", async () => {
    const { ask, only, asked, runtime, consortium, doctor, answer, world } = await begin();
    const { request } = await ask();
    const withdrawn = await withdrawRequest({ runtime, consortium, keys: doctor, request });
    expect(withdrawn).toEqual({
      homes: expect.arrayContaining([world.member(0).organisation, world.member(1).organisation]) as unknown,
      silent: [],
    });
    expect((await only()).state).toBe("withdrawn");
    expect((await asked()).requests[0]?.state).toBe("withdrawn");
    await expect(answer(null)).rejects.toMatchObject({ code: "request-closed" });
    const unknown = toHex<typeof request>(random(32));
    await expect(
      withdrawRequest({ runtime, consortium, keys: doctor, request: unknown }),
    ).rejects.toMatchObject({ code: "request-not-found" });
  });

  it("is nobody's that the directory does not know with these keys", async () => {
    const { ask, received, world } = await begin();
    const organisation = world.member(1).organisation;
    const stranger = await createActorKeys({ subject: "practitioner", name: "Dr. No", organisation, random });
    // The node in this test takes whatever comes.
    const { request } = await ask({ keys: stranger });
    expect(await received()).toMatchObject({
      requests: [],
      unreadable: [{ id: request, code: "bad-request-signature" }],
    });
  });
});

describe("an answer", () => {
  it("grants less than was asked, and the requester opens with it", async () => {
    const { ask, asked, only, answer, terms, access, keys } = await begin();
    await ask({ kinds: ["general", "genetic"] });
    const result = await answer({ ...terms, resourceTypes: ["Observation"] }, "The rest in person.");
    expect(result.consents).toHaveLength(1);
    expect(result.homes).toHaveLength(2);
    const told = { outcome: "granted", consents: result.consents, message: "The rest in person." };
    expect((await asked()).requests).toMatchObject([{ state: "granted", answer: told }]);
    expect(await only()).toMatchObject({ state: "granted", answer: told });
    const opened = await access();
    expect(opened.map(({ consent }) => consent?.body.resourceTypes)).toEqual([["Observation"]]);
    expect(segmentOf(keys(), "genetic").consents).toEqual([]);
  });

  it("denies, and grants nothing", async () => {
    const { ask, asked, answer, access, terms } = await begin();
    await ask();
    expect(await answer(null, "Please call me.")).toMatchObject({ consents: [] });
    expect((await asked()).requests).toMatchObject([
      { state: "denied", answer: { message: "Please call me." } },
    ]);
    expect(await access()).toEqual([]);
    await expect(answer(terms)).rejects.toMatchObject({ code: "request-closed" });
  });

  it.each([
    ["the grant", exchangeRoutes.putGrant.path, "grant-not-delivered"],
    ["the answer", requestRoutes.putAnswer.path, "answer-not-delivered"],
  ])("that was broken off at %s is finished by a rerun, with one consent", async (_, path, code) => {
    const { ask, asked, answer, terms, world, received, keys, save, consortium, runtime } = await begin();
    await ask();
    world.intercept = (_endpoint, _method, at) => {
      if (at === path) throw problem("internal");
    };
    await expect(answer(terms)).rejects.toMatchObject({ code });
    world.intercept = () => undefined;
    await expect(answer(null)).rejects.toMatchObject({ code: "answer-begun" });
    const { requests } = await received();
    await completeAnswers({ runtime, consortium, keys: keys(), save, requests });
    expect(segmentOf(keys(), "general").consents).toMatchObject([{ status: "granted" }]);
    expect(world.events.filter((event) => event.type === "consent-registered")).toHaveLength(1);
    expect((await asked()).requests).toMatchObject([{ state: "granted" }]);
  });

  it("says no when what was granted was stopped before the answer left", async () => {
    const { ask, asked, answer, terms, world, received, keys, save, consortium, runtime } = await begin();
    await ask();
    world.intercept = (_endpoint, _method, at) => {
      if (at === requestRoutes.putAnswer.path) throw problem("internal");
    };
    await expect(answer(terms)).rejects.toMatchObject({ code: "answer-not-delivered" });
    world.intercept = () => undefined;
    const before = (await received()).requests;
    const consents = world.events.flatMap((event) =>
      event.type === "consent-registered" ? [event.consent] : [],
    );
    await revokeConsent({ runtime, consortium, keys: keys(), save, consents });
    await completeAnswers({ runtime, consortium, keys: keys(), save, requests: before });
    expect((await asked()).requests).toMatchObject([{ state: "denied", answer: { consents: [] } }]);
  });

  it("of somebody else is not believed", async () => {
    const { ask, asked, world } = await begin();
    await ask();
    const { opening } = segmentOf((await beginJourney(world)).keys(), "general");
    const part = { enc: new Uint8Array(1120), ciphertext: new Uint8Array(64) };
    for (const { requests } of world.nodes.values())
      for (const [id, kept] of requests) {
        const body = { request: id as Digest, opening, time: world.time, toRequester: part, toOwner: part };
        requests.set(id, { ...kept, answer: { body, signature: new Uint8Array(65) } });
      }
    expect((await asked()).requests).toMatchObject([{ state: "waiting", answer: null }]);
  });
});
