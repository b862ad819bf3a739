import { describe, expect, it } from "vitest";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { ownerAccess } from "../access.ts";
import { newestCard, segmentOf } from "../keys/patientKeys.ts";
import { createSeed, printRecoveryKit } from "../keys/recoveryKit.ts";
import { readLedger } from "../ledgerView.ts";
import { patientClient } from "../patientClient.ts";
import { accessLog } from "../receipts.ts";
import { grantedPatient, thiefsCard } from "../testing/grantedPatient.ts";
import { random } from "../testing/random.ts";
import { recoverKeys } from "./recoverKeys.ts";

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
    const recovered = await recoverKeys({ ...base, ledger, recoveryKit });
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

  it("finds nothing for a kit of nobody", async () => {
    const { base, world } = await grantedPatient();
    const ledger = await readLedger(world.ledger);
    const recoveryKit = printRecoveryKit(createSeed(random));
    await expect(recoverKeys({ ...base, ledger, recoveryKit })).rejects.toMatchObject({
      code: "nothing-to-recover",
    });
  });
});
