import { describe, expect, it } from "vitest";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { ownerAccess } from "../access.ts";
import type { PatientKeys } from "../keys/patientKeys.ts";
import { createSeed, printRecoveryKit } from "../keys/recoveryKit.ts";
import { grantedPatient } from "../testing/grantedPatient.ts";
import { problem } from "../testing/problem.ts";
import { random } from "../testing/random.ts";
import { askRotations } from "./askRotations.ts";
import { finishRotation } from "./finishRotation.ts";
import { recoverKeys } from "./recoverKeys.ts";
import { recoverOwner } from "./recoverOwner.ts";
import { renewKit } from "./renewKit.ts";

async function renewed() {
  const patient = await grantedPatient();
  const { base, recoveryKit, keys, save } = patient;
  const nextKit = printRecoveryKit(createSeed(random));
  const { identity } = patient.consortium;
  const begun = await renewKit({ identity, keys: keys(), recoveryKit, nextKit });
  await save(begun);
  const done = await finishRotation({ ...base, keys: begun, save });
  return { ...patient, nextKit, done };
}

describe("renewKit", () => {
  it("leads records, permits and consents to another paper, by which all comes back without reading the ledger", async () => {
    const { base, nextKit, done, save, keys, opens, access, doctor, recoveryKit } = await renewed();
    expect(done?.permits).toBe(1);
    expect(await opens()).toBe(2);
    const [granted] = (await access(doctor)).filter(({ card }) => card.body.generation === 1);
    expect(await opens(granted, "TREAT")).toBe(2);
    const ledger = await askRotations({ ...base, recoveryKit: nextKit });
    expect(ledger).toMatchObject({ silent: [] });
    const before = keys();
    const recovered = await recoverOwner({ ...base, ledger, recoveryKit: nextKit, save });
    expect(recovered.missing).toEqual([]);
    expect(await opens(ownerAccess(keys(), "general"))).toBe(2);
    await expect(opens(ownerAccess(before, "general"))).rejects.toMatchObject({ code: "not-opened" });
    const old = await askRotations({ ...base, recoveryKit });
    await expect(recoverKeys({ ...base, ledger: old, recoveryKit })).rejects.toMatchObject({
      code: "kit-replaced",
    });
  });

  it("refuses another kit, and begins nothing while a rotation is under way", async () => {
    const { keys, recoveryKit, rotate, world, consortium, saves } = await grantedPatient();
    const nextKit = printRecoveryKit(createSeed(random));
    const { identity } = consortium;
    await expect(
      renewKit({ identity, keys: keys(), recoveryKit: nextKit, nextKit: recoveryKit }),
    ).rejects.toMatchObject({ code: "another-kit" });
    world.intercept = (_, __, path) => {
      if (path === exchangeRoutes.putCards.path) throw problem("internal");
    };
    await expect(rotate()).rejects.toMatchObject({ code: "cards-not-published" });
    await expect(
      renewKit({ identity, keys: saves.at(-1) as PatientKeys, recoveryKit, nextKit }),
    ).rejects.toMatchObject({ code: "rotation-begun" });
  });
});

describe("askRotations", () => {
  it("believes what enough custodians say, and no single one", async () => {
    const { rotate, base, recoveryKit, world, keys } = await grantedPatient();
    const counts: number[] = [];
    await rotate({ onProgress: ({ done }) => counts.push(done) });
    expect(counts.at(-1)).toBe(keys().segments.length);
    world.intercept = (endpoint, _, path) => {
      if (endpoint === world.member(0).endpoint && path === exchangeRoutes.rotations.path)
        throw problem("internal");
    };
    const { rotations, silent } = await askRotations({ ...base, recoveryKit });
    expect(rotations).toHaveLength(keys().segments.length);
    expect(silent).toHaveLength(1);
    world.intercept = (_, __, path) => {
      if (path === exchangeRoutes.rotations.path) throw problem("internal");
    };
    await expect(askRotations({ ...base, recoveryKit })).rejects.toMatchObject({
      code: "too-few-custodians",
    });
  });
});
