import { describe, expect, it } from "vitest";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { ownerAccess } from "../access.ts";
import { signNextCard } from "../cards/signCard.ts";
import { newestCard, segmentOf } from "../keys/patientKeys.ts";
import { createSeed, printRecoveryKit } from "../keys/recoveryKit.ts";
import { readLedger } from "../ledgerView.ts";
import { patientClient } from "../patientClient.ts";
import { accessLog } from "../receipts.ts";
import { grantedPatient, thiefsCard } from "../testing/grantedPatient.ts";
import { problem } from "../testing/problem.ts";
import { random } from "../testing/random.ts";
import { deviceSigner } from "./ownerSigner.ts";
import { recoverKeys } from "./recoverKeys.ts";
import { recoverOwner } from "./recoverOwner.ts";

describe("recoverKeys", () => {
  it("brings everything back from the paper, whatever a thief published, and ends the thief's consents", async () => {
    const world = await grantedPatient();
    const { keys, rotate, base, recoveryKit, world: fake } = world;
    await rotate();
    const lost = keys();
    const { id } = segmentOf(lost, "general");
    const forged = await thiefsCard(world, lost);
    await patientClient(base.runtime, lost, id, fake.member(0).endpoint).call(
      exchangeRoutes.putCard,
      {},
      forged,
    );
    const ledger = await readLedger(fake.ledger);
    const { keys: recovered, newest, missing } = await recoverKeys({ ...base, ledger, recoveryKit });
    expect({ newest, missing }).toEqual({ newest: 1, missing: [] });
    expect(recovered.segments.map((segment) => segment.opening)).toEqual(
      lost.segments.map((segment) => segment.opening),
    );
    expect(recovered).toMatchObject({ generation: 1, root: lost.root });
    const { keys: rotated } = await rotate({ keys: recovered });
    expect(newestCard(segmentOf(rotated, "general")).body).toMatchObject({ generation: 2, number: 2 });
    expect(await world.opens(ownerAccess(rotated, "general"))).toBe(2);
    for (const old of await world.access(world.doctor)) {
      await expect(world.opens(old, "TREAT")).rejects.toMatchObject({ code: "not-opened" });
    }
    const log = await accessLog({ ...base, keys: rotated, kinds: ["general"] });
    expect(log.findings).toEqual([]);
  });

  it("takes no card that the seed's own device would not have made, though its keys are right", async () => {
    const world = await grantedPatient();
    const { keys, base, recoveryKit, world: fake, opens, consortium } = world;
    const stolen = keys();
    const segment = segmentOf(stolen, "general");
    const right = await signNextCard(
      consortium.identity,
      deviceSigner(stolen),
      stolen.root,
      segment,
      newestCard(segment),
      random(32),
    );
    for (const i of [0, 1, 2]) {
      await patientClient(base.runtime, stolen, segment.id, fake.member(i).endpoint).call(
        exchangeRoutes.putCard,
        {},
        right,
      );
    }
    let saved = stolen;
    const ledger = await readLedger(fake.ledger);
    const recovered = await recoverOwner({
      ...base,
      ledger,
      recoveryKit,
      save: async (now) => void (saved = now),
    });
    expect(newestCard(segmentOf(saved, "general")).body).toMatchObject({
      generation: 2,
      number: 2,
      epoch: 2,
    });
    expect(recovered.permitsMissing).toEqual([]);
    expect(await opens(ownerAccess({ ...saved, earlierRoots: [] }, "general"))).toBe(2);
  });

  it("goes beyond what the lost device had begun", async () => {
    const { rotate, saves, base, recoveryKit, world } = await grantedPatient();
    world.intercept = (_, __, path) => {
      if (path === exchangeRoutes.putCards.path) throw problem("internal");
    };
    await expect(rotate()).rejects.toMatchObject({ code: "cards-not-published" });
    world.intercept = () => undefined;
    const lost = saves.at(-1);
    const ledger = await readLedger(world.ledger);
    const save = async (): Promise<void> => undefined;
    const { keys } = await recoverOwner({ ...base, ledger, recoveryKit, save });
    expect([lost?.generation, keys.generation]).toEqual([1, 2]);
  });

  it("goes on without segments that nobody has only when it is told to", async () => {
    const { keys, base, recoveryKit, world } = await grantedPatient();
    const { id } = segmentOf(keys(), "genetic");
    for (const node of world.nodes.values()) node.cards.delete(id);
    const ledger = await readLedger(world.ledger);
    const save = async (): Promise<void> => undefined;
    const common = { ...base, ledger, recoveryKit, save };
    await expect(recoverOwner(common)).rejects.toMatchObject({
      code: "segments-missing",
      meta: { missing: "genetic" },
    });
    expect((await recoverOwner({ ...common, withoutMissing: true })).missing).toEqual(["genetic"]);
  });

  it("finds nothing for a kit of nobody", async () => {
    const { base, world } = await grantedPatient();
    const ledger = await readLedger(world.ledger);
    const recoveryKit = printRecoveryKit(createSeed(random));
    await expect(recoverKeys({ ...base, ledger, recoveryKit })).rejects.toMatchObject({
      code: "nothing-to-recover",
    });
  });
});
