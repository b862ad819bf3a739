import { sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type Decline, decline as declineFormat, declineDigest } from "@anamnesis/core/record/decline";
import { provesOpening } from "@anamnesis/core/record/openContent";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import { ownerAccess } from "./access.ts";
import { leaveDecline, makeDecline, passOnDecline } from "./decline.ts";
import { createActorKeys } from "./keys/actorKeys.ts";
import { type AskedDecline, listDeclines } from "./listDeclines.ts";
import { openRecords } from "./open.ts";
import { readToEndorse } from "./readToEndorse.ts";
import { connect, httpSigner } from "./runtime.ts";
import { beginJourney, resource } from "./testing/journey.ts";
import { random } from "./testing/random.ts";

const REASON = "The unit does not fit the value.";

/** A result of the first hospital's that the second has to sign too, as a doctor of the second has opened it. */
async function begin() {
  const journey = await beginJourney();
  const { world, consortium, doctor, keys, seal, grant, access } = journey;
  const { runtime } = world;
  const [north, south] = [world.member(0), world.member(1)];
  const endorsers = { threshold: 2, organisations: [north.organisation, south.organisation] };
  const { sealed } = await seal([{ ...resource("potassium"), endorsers }]);
  world.anchor();
  await grant();
  const record = sealed[0]?.record ?? expect.unreachable();
  const [first] = await access();
  const { read } = await readToEndorse({
    runtime,
    consortium,
    access: first ?? expect.unreachable(),
    purpose: "TREAT",
    records: new Set([record]),
  });
  const one = read[0] ?? expect.unreachable();
  const common = { runtime, consortium, keys: doctor };
  const node = connect(runtime, south.endpoint, httpSigner(doctor.ed25519));
  const make = (reason = REASON, by = doctor) => makeDecline({ ...common, keys: by, read: one, reason });
  const leave = async (reason = REASON, keys_ = doctor) =>
    leaveDecline({ ...common, keys: keys_, node, read: one, wish: await make(reason, keys_) });
  const passOn = async () => passOnDecline({ ...common, node, read: one });
  const { opened } = await openRecords({
    runtime,
    consortium,
    access: ownerAccess(keys(), "general"),
    purpose: "PATRQT",
  });
  const own = opened[0] ?? expect.unreachable();
  const asked: AskedDecline = {
    record,
    organisation: own.organisation,
    endorsers: own.endorsers?.organisations ?? [],
    body: own.header.body,
    readersSeed: own.readersSeed,
    kc: own.kc,
  };
  const list = (changes: Partial<AskedDecline> = {}, staff = journey.device) =>
    listDeclines({ runtime, consortium, records: [{ ...asked, ...changes }], staff });
  const nodes = [world.node(0), world.node(1)] as const;
  return { ...journey, runtime, north, south, one, make, leave, passOn, list, asked, nodes, common };
}

describe("a decline", () => {
  it("is kept by the own node and the author's, and read by the patient and the author's people", async () => {
    const { leave, list, north, south, doctor } = await begin();
    expect(await leave()).toEqual({ kept: [south.organisation, north.organisation], missing: [] });
    const known = { organisation: south.organisation, reason: REASON };
    expect(await list()).toMatchObject({ declines: [known], silent: [], bad: 0 });
    expect((await list({ body: null, readersSeed: null, kc: null })).declines).toMatchObject([known]);
    const stranger = await list({ body: null, readersSeed: null, kc: null }, doctor);
    expect(stranger.declines).toMatchObject([{ ...known, reason: null }]);
  });

  it("needs the own node, and says who has not taken it", async () => {
    const { leave, world, north } = await begin();
    world.stop(0);
    expect((await leave()).missing).toEqual([{ organisation: north.organisation, code: "node-unreachable" }]);
    world.stop(1);
    await expect(leave()).rejects.toMatchObject({ code: "node-unreachable" });
  });

  it("that was left at the own node alone reaches the others by a word made anew, which keeps the first one's bytes", async () => {
    const { make, leave, nodes, south, north } = await begin();
    const { decline } = await make();
    nodes[1].declines = [decline];
    expect(await leave()).toMatchObject({ kept: [south.organisation, north.organisation], missing: [] });
    expect(nodes.map(({ declines }) => declines)).toEqual([[decline], [decline]]);
  });

  it("of another reason or by a colleague is not said to be kept, and the one that stands reaches the others", async () => {
    const { make, leave, nodes, list, south } = await begin();
    const { decline } = await make("Another reason.");
    nodes[1].declines = [decline];
    await expect(leave()).rejects.toMatchObject({ code: "already-declined" });
    expect(nodes[0].declines).toEqual([decline]);
    expect((await list()).declines).toMatchObject([{ reason: "Another reason." }]);
    const colleague = await createActorKeys({
      subject: "practitioner",
      name: "Dr. Bela",
      organisation: south.organisation,
      random,
    });
    await expect(leave("Another reason.", colleague)).rejects.toMatchObject({ code: "already-declined" });
  });

  it("is passed on by whoever of the organisation opens the record again, and nothing that is not theirs", async () => {
    const { make, passOn, nodes, south, north } = await begin();
    expect(await passOn()).toBeNull();
    const { decline } = await make();
    nodes[1].declines = [{ ...decline, signature: random(65) }];
    expect(await passOn()).toBeNull();
    expect(nodes[0].declines).toEqual([]);
    nodes[1].declines = [decline];
    expect(await passOn()).toMatchObject({ kept: [south.organisation, north.organisation], decline });
    expect(nodes[0].declines).toEqual([decline]);
  });

  it("is found as long as one of its keepers shows it, and who does not answer is named", async () => {
    const { leave, list, world, nodes, north } = await begin();
    await leave();
    nodes[0].declines = [];
    expect((await list()).declines).toHaveLength(1);
    world.stop(0);
    expect(await list()).toMatchObject({ declines: [{}], silent: [north.organisation] });
  });

  it("is not hidden by a keeper that answers with another signature under it, first or last", async () => {
    const { make, list, nodes } = await begin();
    const { decline } = await make();
    const garbled: Decline = { ...decline, signature: random(65) };
    for (const [north, south] of [
      [[garbled], [decline]],
      [[decline], [garbled]],
      [[decline, garbled], []],
    ] as const) {
      nodes[0].declines = [...north];
      nodes[1].declines = [...south];
      expect(await list()).toMatchObject({ declines: [{ reason: REASON }], bad: 0 });
    }
  });

  it("is nobody's whom the directory does not have so, and about no other header or organisation", async () => {
    const { make, list, nodes, doctor, device, asked, world, south } = await begin();
    const { decline } = await make();
    const colleague = await createActorKeys({
      subject: "practitioner",
      name: "Dr. Bela",
      organisation: south.organisation,
      random,
    });
    const signed = (body: Decline["body"], by = doctor): Decline => {
      return { body, signature: sign(declineDigest(body), by.secp256k1) };
    };
    const { body } = decline;
    const lies: readonly Decline[] = [
      signed(body, device),
      signed(body, colleague),
      { body: { ...body, time: (body.time + 1) as UnixSeconds }, signature: decline.signature },
      signed({ ...body, opened: random(32) }),
      signed({ ...body, organisation: south.organisation }),
      signed({ ...body, decliner: { ...body.decliner, organisation: asked.organisation } }),
    ];
    for (const lie of lies) {
      nodes[0].declines = [lie];
      expect(await list()).toMatchObject({ declines: [], bad: 1 });
    }
    nodes[0].declines = [decline];
    const others = [world.member(0).organisation] as readonly OrganisationId[];
    expect(await list({ endorsers: others })).toMatchObject({ declines: [], bad: 1 });
    expect(await list()).toMatchObject({ declines: [{ reason: REASON }], bad: 0 });
  });

  it("gives nobody who reads it what an endorsement asks for", async () => {
    const { make, one, asked } = await begin();
    const { decline, opened } = await make();
    expect([opened, asked.kc]).toEqual([one.wish.opened, one.wish.opened]);
    const { body } = one.wish.header;
    expect(provesOpening(body, opened)).toBe(true);
    expect(provesOpening(body, decline.body.opened)).toBe(false);
    expect(toHex(declineFormat.encode(decline))).not.toContain(toHex(opened).slice(2));
  });

  it("stands without its reason when somebody sealed that so that it does not open", async () => {
    const { make, list, nodes, doctor } = await begin();
    const { body } = (await make()).decline;
    const broken = { ...body, toReaders: { ...body.toReaders, enc: random(1120) } };
    nodes[1].declines = [{ body: broken, signature: sign(declineDigest(broken), doctor.secp256k1) }];
    expect((await list()).declines).toMatchObject([{ reason: null }]);
  });

  it("has words for its reason", async () => {
    const { make } = await begin();
    await expect(make(" ")).rejects.toMatchObject({ code: "bad-field" });
    await expect(make("x".repeat(501))).rejects.toMatchObject({ code: "bad-field" });
  });
});
