import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { expect, it } from "vitest";
import { ownerAccess } from "./access.ts";
import { keepAtNode, type Kept } from "./keepAtNode.ts";
import { listRecords } from "./listRecords.ts";
import { openRecords } from "./open.ts";
import { connect, httpSigner } from "./runtime.ts";
import { beginJourney, resource } from "./testing/journey.ts";

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
