import type { UnixSeconds } from "@anamnesis/core/ids";
import { isOwners } from "@anamnesis/core/record/isOwners";
import { describe, expect, it } from "vitest";
import { ownerAccess } from "../access.ts";
import { admissionFor } from "../admissionFor.ts";
import { memoryJournal } from "../journal.ts";
import { listRecords } from "../listRecords.ts";
import { openRecords } from "../open.ts";
import { connect, httpSigner } from "../runtime.ts";
import { sealResources } from "../seal.ts";
import { beginJourney, resource } from "../testing/journey.ts";
import { problem } from "../testing/problem.ts";
import { random } from "../testing/random.ts";
import { allowWriting } from "./allowWriting.ts";
import { writersOf } from "./writersOf.ts";
import { writeOwn } from "./writeOwn.ts";

const begin = async () => {
  const journey = await beginJourney();
  const { world, consortium, keys } = journey;
  const common = { runtime: world.runtime, consortium, keys: keys(), kind: "general" as const };
  return { ...journey, common, journal: memoryJournal() };
};

describe("writeOwn", () => {
  it("writes in the owner's name through a home, once however often it is repeated, and the owner opens it", async () => {
    const { world, common, journal, consortium, keys } = await begin();
    const large = { ...resource("upload"), bytes: random(700_000) };
    const first = await writeOwn({ ...common, journal, resources: [large] });
    const again = await writeOwn({ ...common, journal, resources: [large], home: first.home });
    expect(first.sealed).toHaveLength(1);
    expect(again.sealed).toEqual([]);
    expect(again.known.map(({ record }) => record)).toEqual(first.sealed.map(({ record }) => record));
    const [kept] = world.node(0).records;
    expect(kept === undefined ? null : isOwners(kept.header.body.core)).toBe(true);
    expect(kept?.header.body.core.organisation).toBe(first.home);

    world.anchor();
    const access = ownerAccess(keys(), "general");
    const purpose = "PATRQT" as const;
    const { runtime } = world;
    const { opened, refused } = await openRecords({ runtime, consortium, access, purpose });
    expect(refused).toEqual([]);
    expect(opened.map(({ bytes }) => bytes)).toEqual([large.bytes]);
    const { rejected } = await listRecords({ runtime, consortium, access, purpose });
    expect(rejected).toEqual([]);
  });

  it("says before anything is sent that no home answers", async () => {
    const { world, common, journal } = await begin();
    world.intercept = () => {
      throw problem("internal");
    };
    await expect(writeOwn({ ...common, journal, resources: [resource("a")] })).rejects.toMatchObject({
      code: "homes-unreachable",
    });
    expect(await journal.pending()).toEqual([]);
  });

  it("is not taken for the owner's when another key has signed it", async () => {
    const { world, common, journal, consortium, keys } = await begin();
    const stranger = (await beginJourney()).keys();
    const own = keys();
    const forged = { ...own, root: stranger.root };
    await expect(
      writeOwn({ ...common, keys: forged, journal, resources: [resource("a")] }),
    ).rejects.toMatchObject({ code: "bad-admission" });
    expect(world.node(0).records).toEqual([]);
    expect(consortium.members.size).toBeGreaterThan(1);
  });
});

describe("a practitioner of an organisation that may write", () => {
  it("gets the admission from the own node, and signs what is written", async () => {
    const { world, doctor, consortium, keys } = await begin();
    const { runtime, identity } = world;
    const south = world.member(1).organisation;
    const node = connect(runtime, world.member(1).endpoint, httpSigner(doctor.ed25519));
    const openings = keys().segments.map(({ opening }) => opening);
    const ask = { runtime, identity, node, organisation: south, openings };
    expect(await admissionFor(ask)).toBeNull();
    const notAfter = (world.time + 3600) as UnixSeconds;
    await allowWriting({ runtime, consortium, keys: keys(), organisation: south, notAfter });
    const shorter = (notAfter - 60) as UnixSeconds;
    await allowWriting({ runtime, consortium, keys: keys(), organisation: south, notAfter: shorter });
    const writers = () => writersOf({ runtime, consortium, keys: keys() });
    // Of two permits the longer one counts; each organisation's own node says what it has.
    expect((await writers()).silent).toEqual([]);
    expect((await writers()).writers).toContainEqual({ organisation: south, notAfter });
    expect((await writers()).writers.map(({ organisation }) => organisation)).not.toContain(
      world.member(2).organisation,
    );
    world.stop(0);
    expect((await writers()).silent).toEqual([
      { organisation: world.member(0).organisation, code: "node-unreachable" },
    ]);
    world.start(0);
    const admission = await admissionFor(ask);
    expect(admission?.segments).toHaveLength(openings.length);
    const { sealed } = await sealResources({
      runtime,
      identity,
      node,
      device: doctor,
      organisation: south,
      admission: admission ?? expect.unreachable("admission"),
      committee: consortium.committee,
      resources: [resource("note")],
      journal: memoryJournal(),
    });
    expect(sealed).toHaveLength(1);
    world.anchor();
    const access = ownerAccess(keys(), "general");
    const listing = await listRecords({ runtime, consortium, access, purpose: "PATRQT" });
    expect(listing.records.map(({ record }) => record)).toEqual(sealed.map(({ record }) => record));
    world.time = (notAfter + 1) as UnixSeconds;
    expect(await admissionFor(ask)).toBeNull();
  });
});
