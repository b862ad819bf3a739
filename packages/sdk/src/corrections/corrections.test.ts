import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { RecordId, UnixSeconds } from "@anamnesis/core/ids";
import type { Resource } from "@anamnesis/fhir/resource";
import { writePersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import { describe, expect, it } from "vitest";
import { ownerAccess } from "../access.ts";
import { loadConsortium } from "../consortium.ts";
import { memoryJournal } from "../journal.ts";
import { type ActorKeys, createActorKeys } from "../keys/actorKeys.ts";
import { openRecords } from "../open.ts";
import { finishRotation } from "../owner/finishRotation.ts";
import { letWalletSign } from "../owner/letWalletSign.ts";
import { writeOwn } from "../owner/writeOwn.ts";
import { connect, httpSigner } from "../runtime.ts";
import { beginJourney, resource } from "../testing/journey.ts";
import { problem } from "../testing/problem.ts";
import { random } from "../testing/random.ts";
import { testWallet } from "../testing/testWallet.ts";
import { amendAsAsked } from "./amendAsAsked.ts";
import { leaveCorrectionAnswer, makeCorrectionAnswer } from "./answerCorrection.ts";
import { askCorrection, type AskCorrectionParameters } from "./askCorrection.ts";
import { correctionQueue, type WaitingCorrection } from "./correctionQueue.ts";
import { listCorrections } from "./listCorrections.ts";
import { passOnCorrections } from "./passOnCorrections.ts";
import { FHIR_JSON, proposedInstead, resourceOf } from "./proposedInstead.ts";
import { readToCorrect } from "./readToCorrect.ts";
import { withdrawCorrection } from "./withdrawCorrection.ts";

const THEIRS: Resource = {
  resourceType: "Patient",
  id: "p1",
  identifier: [{ system: "urn:example:hospital", value: "4711" }],
  name: [{ use: "official", family: "Testander", given: ["Ane"] }],
  address: [{ use: "home", city: "Oldtown" }],
};
const NOTHING_SAID = {
  birthDate: "",
  line: "",
  postalCode: "",
  country: "",
  phone: "",
  email: "",
  language: "",
};
const WRITTEN = {
  id: "own",
  time: "2027-01-15T08:00:00Z",
  patient: { reference: "Patient/p1", record: null },
};

/** A Patient of the first hospital's, which its clerk may amend. */
async function begin() {
  const journey = await beginJourney();
  const { world, keys, save, seal } = journey;
  const { runtime } = world;
  const [north, south] = [world.member(0), world.member(1)];
  const person = async (name: string, organisation = north.organisation) => {
    const made = await createActorKeys({ subject: "practitioner", name, organisation, random });
    world.register(made);
    return made;
  };
  const clerk = await person("Nora");
  const consortium = await loadConsortium({ runtime, endpoint: south.endpoint });
  const bytes = utf8ToBytes(JSON.stringify(THEIRS));
  const { sealed } = await seal([{ ...resource("p1", "Patient", null), bytes }]);
  world.anchor();
  const record = sealed[0]?.record ?? expect.unreachable();
  const own = writePersonalDetails({
    ...WRITTEN,
    details: { ...NOTHING_SAID, given: "Ane", family: "Testander", city: "Newtown" },
  });
  const proposed = { mediaType: FHIR_JSON, bytes: utf8ToBytes(JSON.stringify(own)) };
  const ask = (changes: Partial<AskCorrectionParameters> = {}) =>
    askCorrection({
      runtime,
      consortium,
      keys: keys(),
      kind: "general",
      record,
      message: "We moved in May.",
      proposed,
      ...changes,
    });
  const list = (authors = [north.organisation]) =>
    listCorrections({ runtime, consortium, keys: keys(), authors });
  const staff = (by: ActorKeys = clerk) => ({
    runtime,
    consortium,
    keys: by,
    node: connect(runtime, north.endpoint, httpSigner(by.ed25519)),
  });
  const only = async (by: ActorKeys = clerk): Promise<WaitingCorrection> => {
    const { waiting, unreadable } = await correctionQueue(staff(by));
    expect([waiting.length, unreadable]).toEqual([1, []]);
    return waiting[0] as WaitingCorrection;
  };
  const journal = memoryJournal();
  const amend = async (correction: WaitingCorrection): Promise<RecordId> => {
    const earlier = await readToCorrect(staff(), correction);
    const asked = correction.asked ?? expect.unreachable();
    const corrected = proposedInstead(earlier, asked, WRITTEN.time);
    return amendAsAsked({ ...staff(), correction, corrected, reason: `Asked: ${asked.message}`, journal });
  };
  const answer = async (
    correction: WaitingCorrection,
    said: Parameters<typeof makeCorrectionAnswer>[2],
    by: ActorKeys = clerk,
  ) => leaveCorrectionAnswer(staff(by), correction, await makeCorrectionAnswer(staff(by), correction, said));
  const open = async () => {
    const access = ownerAccess(keys(), "general");
    const { opened } = await openRecords({ runtime, consortium, access, purpose: "PATRQT" });
    return opened;
  };
  return {
    ...journey,
    runtime,
    consortium,
    save,
    north,
    south,
    clerk,
    person,
    record,
    proposed,
    journal,
    ask,
    list,
    staff,
    only,
    amend,
    answer,
    open,
  };
}

const DECLINED = { outcome: "declined", successor: null, message: "Please bring your certificate." } as const;

describe("a correction", () => {
  it("reaches the author's people with what its patient says, and opens this record for them without a consent", async () => {
    const { ask, list, only, staff, record, north, south } = await begin();
    const asked = await ask();
    expect(asked).toMatchObject({ organisation: north.organisation, missing: [] });
    expect(new Set(asked.kept)).toEqual(new Set([north.organisation, south.organisation]));
    const waiting = await only();
    expect(waiting).toMatchObject({ id: asked.correction, record, asked: { message: "We moved in May." } });
    const { meta, bytes } = await readToCorrect(staff(), waiting);
    expect(resourceOf(meta.mediaType, bytes)).toEqual(THEIRS);
    const { corrections, unreadable, silent, unchecked } = await list();
    expect([unreadable, silent, unchecked]).toEqual([[], [], 0]);
    expect(corrections).toMatchObject([
      {
        id: asked.correction,
        kind: "general",
        record,
        organisation: north.organisation,
        state: "waiting",
        asked: { message: "We moved in May." },
        answer: null,
      },
    ]);
  });

  it("becomes an amendment with its reason, and the patient sees who made it", async () => {
    const { ask, list, only, amend, answer, open, world, record, clerk } = await begin();
    await ask();
    const waiting = await only();
    const successor = await amend(waiting);
    // Told twice, written once.
    expect(await amend(waiting)).toBe(successor);
    const left = await answer(waiting, { outcome: "corrected", successor, message: "" });
    expect([left.kept.length, left.missing]).toEqual([2, []]);
    world.anchor();
    const opened = await open();
    expect(opened).toHaveLength(3);
    const next = opened.find((one) => one.record === successor) ?? expect.unreachable();
    expect(next.amends).toBe(record);
    expect(resourceOf(next.mediaType, next.bytes)).toMatchObject({
      id: "p1",
      identifier: THEIRS["identifier"],
      address: [{ use: "home", city: "Newtown" }],
    });
    const why = opened.map(({ mediaType, bytes }) => resourceOf(mediaType, bytes));
    expect(why.find((one) => one?.resourceType === "Provenance")).toMatchObject({
      reason: [{ text: "Asked: We moved in May." }],
      agent: [{ who: { display: clerk.card.name } }],
    });
    expect((await list()).corrections).toMatchObject([
      { state: "corrected", answer: { successor, message: "" } },
    ]);
  });

  it("is declined with a reason, once, and may be asked for again", async () => {
    const { ask, list, only, answer, staff } = await begin();
    await ask();
    const waiting = await only();
    await expect(answer(waiting, { ...DECLINED, message: " " })).rejects.toMatchObject({ code: "bad-field" });
    await answer(waiting, DECLINED);
    await expect(answer(waiting, DECLINED)).rejects.toMatchObject({ code: "correction-closed" });
    expect((await correctionQueue(staff())).waiting).toEqual([]);
    expect((await list()).corrections).toMatchObject([
      { state: "declined", answer: { message: "Please bring your certificate." } },
    ]);
    await ask();
    expect((await list()).corrections.map(({ state }) => state).sort()).toEqual(["declined", "waiting"]);
  });

  it("waits alone, expires, and is withdrawn", async () => {
    const { ask, list, staff, world, runtime, consortium, keys } = await begin();
    await ask({ wait: 60 });
    await expect(ask()).rejects.toMatchObject({ code: "correction-waits" });
    world.time = (world.time + 60) as UnixSeconds;
    expect((await list()).corrections[0]?.state).toBe("expired");
    await ask();
    const [newest] = (await list()).corrections;
    const correction = newest ?? expect.unreachable();
    const { kept, silent } = await withdrawCorrection({ runtime, consortium, keys: keys(), correction });
    expect([kept.length, silent]).toEqual([2, []]);
    expect((await list()).corrections[0]?.state).toBe("withdrawn");
    const ids = (await correctionQueue(staff())).waiting.map(({ id }) => id);
    expect(ids).not.toContain(correction.id);
  });

  it("is brought to its author's node by the next visit when that was down", async () => {
    const { ask, list, only, world, runtime, consortium, keys, north } = await begin();
    world.stop(0);
    const { missing, correction } = await ask();
    expect(missing).toEqual([{ organisation: north.organisation, code: "node-unreachable" }]);
    world.start(0);
    const { corrections } = await list();
    const common = { runtime, consortium, keys: keys() };
    expect(await passOnCorrections(common, corrections)).toEqual([
      { id: correction, organisation: north.organisation },
    ]);
    expect((await only()).id).toBe(correction);
    expect(await passOnCorrections(common, (await list()).corrections)).toEqual([]);
  });

  it("is asked for in a wallet's segment by the device that reads there", async () => {
    const { ask, only, list, runtime, consortium, keys, save, recoveryKit } = await begin();
    const wallet = testWallet();
    const about = {
      consortium,
      recoveryKit,
      kind: "general",
      account: wallet.account,
      device: "me",
    } as const;
    await save(await letWalletSign({ ...about, runtime: { ...runtime, wallet: wallet.ask }, keys: keys() }));
    await finishRotation({ runtime, consortium, keys: keys(), save });
    await ask();
    expect((await only()).asked?.message).toBe("We moved in May.");
    expect((await list()).corrections).toMatchObject([{ state: "waiting" }]);
  });

  it("is for who wrote it: not of the own records, and of nobody who has no people", async () => {
    const { ask, runtime, consortium, keys, world, clerk } = await begin();
    const { sealed } = await writeOwn({
      runtime,
      consortium,
      keys: keys(),
      kind: "general",
      resources: [resource("mine")],
      journal: memoryJournal(),
    });
    world.anchor();
    const mine = sealed[0]?.record ?? expect.unreachable();
    await expect(ask({ record: mine })).rejects.toMatchObject({ code: "own-record" });
    await expect(ask({ message: " " })).rejects.toMatchObject({ code: "bad-field" });
    for (const [id, actor] of world.actors)
      if (actor.organisation === clerk.card.organisation) world.actors.set(id, { ...actor, active: false });
    const now = await loadConsortium({ runtime, endpoint: world.member(1).endpoint });
    await expect(ask({ consortium: now })).rejects.toMatchObject({ code: "nobody-to-ask" });
  });
});

describe("what a node shows", () => {
  it("is no answer when nobody of the author signed it, and what one hides another shows", async () => {
    const { ask, list, only, answer, doctor, world, north, clerk, runtime, staff } = await begin();
    const { correction } = await ask();
    const waiting = await only();
    const forged = await makeCorrectionAnswer({ runtime, keys: doctor }, waiting, DECLINED);
    const claimed = {
      ...forged,
      body: {
        ...forged.body,
        answerer: (await makeCorrectionAnswer(staff(), waiting, DECLINED)).body.answerer,
      },
    };
    for (const lie of [forged, claimed]) {
      for (const node of world.nodes.values()) {
        const kept = node.corrections.get(correction);
        if (kept !== undefined) node.corrections.set(correction, { ...kept, answer: lie });
      }
      const { corrections, unchecked } = await list();
      expect([corrections[0]?.state, unchecked]).toEqual(["waiting", 2]);
    }
    for (const node of world.nodes.values()) {
      const kept = node.corrections.get(correction);
      if (kept !== undefined) node.corrections.set(correction, { ...kept, answer: null });
    }
    await answer(waiting, DECLINED, clerk);
    world.nodes.get(world.member(1).endpoint)?.corrections.clear();
    expect((await list()).corrections).toMatchObject([{ state: "declined", keptAt: [north.organisation] }]);
  });

  it("is no correction when no owner of the segment signed it", async () => {
    const { ask, list, staff, world } = await begin();
    const { correction } = await ask();
    for (const node of world.nodes.values()) {
      const kept = node.corrections.get(correction);
      if (kept === undefined) continue;
      const body = {
        ...kept.correction.body,
        expiresAt: (kept.correction.body.expiresAt + 1) as UnixSeconds,
      };
      node.corrections.set(correction, { ...kept, correction: { ...kept.correction, body } });
    }
    expect(await list()).toMatchObject({ corrections: [], unreadable: [{ code: "bad-request-signature" }] });
    expect(await correctionQueue(staff())).toMatchObject({
      waiting: [],
      unreadable: [{ code: "bad-request-signature" }],
    });
  });
});

describe("who works on a correction", () => {
  it("is told that it is sealed to colleagues who were there before", async () => {
    const { ask, only, person, staff } = await begin();
    await ask();
    const later = await person("Later");
    const waiting = await only(later);
    expect(waiting.asked).toBeNull();
    await expect(readToCorrect(staff(later), waiting)).rejects.toMatchObject({ code: "sealed-to-others" });
  });

  it("amends no record that was amended meanwhile, and none where the organisation may not write now", async () => {
    const { ask, only, amend, world, journal } = await begin();
    await ask();
    const waiting = await only();
    const node = world.nodes.get(world.member(0).endpoint) ?? expect.unreachable();
    node.amended.add(waiting.record);
    await expect(amend(waiting)).rejects.toMatchObject({ code: "already-amended" });
    node.amended.clear();
    node.permits.clear();
    await expect(amend(waiting)).rejects.toMatchObject({ code: "not-permitted" });
    expect(await journal.pending()).toEqual([]);
  });

  it("leaves an answer at the own node or nowhere, and names the homes that did not take it", async () => {
    const { ask, only, answer, list, world, south } = await begin();
    await ask();
    const waiting = await only();
    world.intercept = (_, __, path) => {
      if (path === correctionRoutes.putCorrectionAnswer.path) throw problem("internal");
    };
    await expect(answer(waiting, DECLINED)).rejects.toMatchObject({ code: "internal" });
    world.intercept = () => undefined;
    world.stop(1);
    const { missing } = await answer(waiting, DECLINED);
    expect(missing).toEqual([{ organisation: south.organisation, code: "node-unreachable" }]);
    world.start(1);
    expect((await list()).corrections).toMatchObject([{ state: "declined" }]);
  });

  it("writes what takes the place of anything but personal details", async () => {
    const { staff, ask, only } = await begin();
    await ask({ proposed: null, message: "It was the left knee." });
    const waiting = await only();
    const earlier = await readToCorrect(staff(), waiting);
    expect(() => proposedInstead(earlier, waiting.asked ?? expect.unreachable(), WRITTEN.time)).toThrow(
      expect.objectContaining({ code: "nothing-proposed" }) as Error,
    );
  });
});
