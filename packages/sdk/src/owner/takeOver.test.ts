import { describe, expect, it } from "vitest";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { ownerAccess } from "../access.ts";
import { type KeptSegment, newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { createSeed, printRecoveryKit } from "../keys/recoveryKit.ts";
import { readLedger } from "../ledgerView.ts";
import { grantedPatient } from "../testing/grantedPatient.ts";
import { random } from "../testing/random.ts";
import { openHandOver, sealHandOver } from "./handOver.ts";
import { recoverKeys } from "./recoverKeys.ts";
import { rotateOwner } from "./rotateOwner.ts";
import { takeOver } from "./takeOver.ts";

describe("takeOver", () => {
  it("gives provisional segments to the person with the code; what the desk keeps owns nothing any more", async () => {
    const desk = await grantedPatient(true);
    const { base, recoveryKit, world } = desk;
    const kept = desk.keys();
    const { code, sealed } = await sealHandOver(kept, recoveryKit, random);
    const handOver = await openHandOver(code, sealed);
    let mine: PatientKeys | null = null;
    const save = async (keys: PatientKeys) => void (mine = keys);
    const kit = printRecoveryKit(createSeed(random));
    const { keys } = await takeOver({ ...base, handOver, recoveryKit: kit, save });
    expect(mine).toEqual(keys);
    for (const segment of keys.segments) expect(newestCard(segment).body.provisional).toBeNull();
    expect(segmentOf(keys, "general").consents.map((consent) => consent.status)).toEqual(["ended"]);
    expect(await desk.opens(ownerAccess(keys, "general"))).toBe(2);
    await expect(desk.opens(ownerAccess(kept, "general"))).rejects.toMatchObject({ code: "not-opened" });
    await expect(desk.rotate()).rejects.toMatchObject({ code: "cards-not-published" });

    const { keys: recovered } = await recoverKeys({
      ...base,
      ledger: await readLedger(world.ledger),
      recoveryKit: kit,
    });
    expect(recovered.segments.map((segment) => segment.opening)).toEqual(
      keys.segments.map((segment) => segment.opening),
    );
    expect(recovered.segments).toHaveLength(SEGMENT_KINDS.length);
    const rotated = await rotateOwner({ ...base, keys: recovered, save, recoveryKit: kit });
    expect(await desk.opens(ownerAccess(rotated.keys, "general"))).toBe(2);
  });

  it("refuses what a desk hands over when it keeps something back", async () => {
    const desk = await grantedPatient(true);
    const { base, recoveryKit } = desk;
    const { code, sealed } = await sealHandOver(desk.keys(), recoveryKit, random);
    const handOver = await openHandOver(code, sealed);
    const { keys } = handOver;
    const changed = (change: Partial<KeptSegment>): PatientKeys => ({
      ...keys,
      segments: keys.segments.map((segment, i) => (i === 0 ? { ...segment, ...change } : segment)),
    });
    const [first] = keys.segments;
    const bad = [
      ["kinds", { ...handOver, keys: { ...keys, segments: keys.segments.slice(1) } }],
      ["standing", { ...handOver, standing: random(32) }],
      ["owner", { ...handOver, keys: { ...keys, root: random(32) } }],
      ["opening", { ...handOver, keys: changed({ opening: { ...first!.opening, kindSalt: random(32) } }) }],
    ] as const;
    const save = async (): Promise<void> => undefined;
    for (const [reason, given] of bad) {
      const kit = printRecoveryKit(createSeed(random));
      await expect(takeOver({ ...base, handOver: given, recoveryKit: kit, save })).rejects.toMatchObject({
        code: "bad-hand-over",
        meta: { reason },
      });
    }
  });

  it("refuses a code with a slip, another code, and keys that are no provisional ones", async () => {
    const desk = await grantedPatient(true);
    const { code, sealed } = await sealHandOver(desk.keys(), desk.recoveryKit, random);
    const slip = code.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await expect(openHandOver(slip, sealed)).rejects.toMatchObject({ code: "bad-hand-over-code" });
    const other = await sealHandOver(desk.keys(), desk.recoveryKit, random);
    await expect(openHandOver(other.code, sealed)).rejects.toMatchObject({ code: "aead-open" });
    const own = await grantedPatient();
    await expect(sealHandOver(own.keys(), own.recoveryKit, random)).rejects.toMatchObject({
      code: "not-provisional",
    });
  });
});
