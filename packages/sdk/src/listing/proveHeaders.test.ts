import { loadConsortium } from "../consortium.ts";
import { createActorKeys } from "../keys/actorKeys.ts";
import { listRecords } from "../listRecords.ts";
import { connect, httpSigner } from "../runtime.ts";
import { sealResources } from "../seal.ts";
import type { FakeNode } from "../testing/fakeNode.ts";
import { beginJourney, resource } from "../testing/journey.ts";
import { random } from "../testing/random.ts";
import type { WhatIsVerified } from "./proveHeaders.ts";
import { expect, it } from "vitest";

/** Four records of a device, the first home's signatures of the first `broken` of them changed. */
async function chained(broken: number) {
  const journey = await beginJourney();
  await journey.seal(["a", "b", "c", "d"].map((id) => resource(id)));
  journey.world.anchor();
  await journey.grant();
  const [access] = await journey.access();
  if (access === undefined) throw new TypeError("no grant");
  breakSignatures(journey.world.node(0), broken);
  const { world, consortium } = journey;
  const list = (verify: WhatIsVerified, known = consortium) =>
    listRecords({ runtime: world.runtime, consortium: known, access, purpose: "TREAT", verify });
  return { ...journey, list };
}

function breakSignatures(node: FakeNode, first: number): void {
  node.records = node.records.map((record, i) => {
    const signature = record.header.signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte));
    return i < first ? { ...record, header: { ...record.header, signature } } : record;
  });
}

it("believes what the same author's next header names, and each by itself where all is to be verified", async () => {
  const { list, world } = await chained(3);
  world.stop(1);
  expect(await list("signatures")).toMatchObject({ records: [{}, {}, {}, {}], rejected: [], missing: [] });
  expect(await list("all")).toMatchObject({ records: [{}], rejected: [{}, {}, {}] });
});

it("believes nothing that only a header names which does not hold itself", async () => {
  const { list, world } = await chained(4);
  world.stop(1);
  expect((await list("signatures")).records).toEqual([]);
});

it("takes a person's word for none but their own signature", async () => {
  const { list, world, consortium } = await chained(3);
  world.stop(1);
  const actors = new Map(
    [...consortium.actors].map(([id, actor]) => [id, { ...actor, role: "practitioner" as const }]),
  );
  const { records, rejected } = await list("signatures", { ...consortium, actors });
  expect([records.length, rejected.length]).toEqual([1, 3]);
});

it("takes no author's word for another's", async () => {
  const { world, seal, access, grant, admission, consortium, journal } = await beginJourney();
  const north = world.member(0).organisation;
  await seal([resource("a")]);
  const other = await createActorKeys({ subject: "device", name: "Second", organisation: north, random });
  world.register(other);
  const { identity, runtime } = world;
  const { committee } = consortium;
  const parts = { runtime, identity, organisation: north, admission, committee, journal };
  const { endpoint } = world.member(0);
  const node = connect(runtime, endpoint, httpSigner(other.ed25519));
  await sealResources({ ...parts, node, device: other, resources: [resource("b")] });
  world.anchor();
  await grant();
  const [given] = await access();
  if (given === undefined) throw new TypeError("no grant");
  world.stop(1);
  const both = await loadConsortium({ runtime, endpoint });
  const list = () =>
    listRecords({ runtime, consortium: both, access: given, purpose: "TREAT", verify: "signatures" });
  expect((await list()).records).toHaveLength(2);
  breakSignatures(world.node(0), 1);
  expect((await list()).records).toHaveLength(1);
});

it("of two with one label takes the one whose signature holds", async () => {
  const { list, world } = await chained(3);
  const honest = world.node(1).records.map(({ header }) => header);
  // Something is missing, so the next home is asked too.
  world.node(0).records = world.node(0).records.filter((_, i) => i !== 1);
  const { records, answered, rejected } = await list("signatures");
  expect(answered).toHaveLength(2);
  expect(records).toHaveLength(4);
  expect(rejected.length).toBe(2);
  expect(records.map(({ header }) => header)).toEqual(expect.arrayContaining(honest));
});
