import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { describe, expect, it } from "vitest";
import { Waits } from "./waits.ts";

describe("Waits", () => {
  it("bounds what one caller and all together hold back, and gives the places back", async () => {
    const waits = new Waits();
    const end = Promise.withResolvers<void>();
    const held: Promise<void>[] = [];
    for (let caller = 0; caller < 8; caller++) {
      for (let i = 0; i < 16; i++) held.push(waits.hold(`caller ${caller}`, () => end.promise));
      expect(await codeOf(waits.hold(`caller ${caller}`, async () => undefined))).toBe("busy");
    }
    expect(await codeOf(waits.hold("another", async () => undefined))).toBe("busy");
    end.resolve();
    await Promise.all(held);
    expect(await waits.hold("caller 0", async () => "answer")).toBe("answer");
    const failing = waits.hold("caller 0", () => Promise.reject(new RangeError("lost")));
    await expect(failing).rejects.toThrow(RangeError);
    for (let i = 0; i < 16; i++) void waits.hold("caller 0", () => new Promise<void>(() => undefined));
    expect(await codeOf(waits.hold("caller 0", async () => undefined))).toBe("busy");
  });
});
