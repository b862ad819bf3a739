import { parseUnixSeconds, type UnixSeconds } from "@anamnesis/core/ids";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NonceMemory } from "./nonceMemory.ts";

const T = 1_700_000_000;
const at = (seconds: number): UnixSeconds => parseUnixSeconds(T + seconds);

describe("NonceMemory", () => {
  it("lets a nonce count once, for as long as its time is acceptable", () => {
    const memory = new NonceMemory({ after: -1 });
    expect(memory.take("a", "n", at(0), at(0))).toBeNull();
    expect(memory.take("a", "n", at(0), at(120))).toBe("replayed");
    expect(memory.take("a", "n", at(0), at(121))).toBe("stale");
    expect(memory.take("b", "n", at(0), at(0))).toBeNull();
    expect(memory.take("a", "m", at(6), at(0))).toBe("stale");
    expect(memory.take("a", "m", at(5), at(0))).toBeNull();
  });

  it("refuses what the process before may have admitted", () => {
    const memory = new NonceMemory({ after: at(5) });
    expect(memory.take("a", "n", at(5), at(3))).toBe("starting");
    expect(memory.take("a", "n", at(6), at(6))).toBeNull();
  });

  it("admits nothing twice when the clock is set forward by an hour and back again", () => {
    const memory = new NonceMemory({ after: -1 });
    expect(memory.take("a", "before", at(0), at(0))).toBeNull();
    expect(memory.take("a", "ahead", at(3600), at(3600))).toBeNull();
    // Back: what was forgotten meanwhile is refused by its time, what is signed now is heard at once.
    expect(memory.take("a", "before", at(0), at(10))).toBe("stale");
    expect(memory.take("a", "new", at(10), at(10))).toBeNull();
    expect(memory.take("a", "ahead", at(3600), at(10))).toBe("stale");
    expect(memory.take("a", "ahead", at(3600), at(3600))).toBe("replayed");
  });

  it("goes on at once when the clock is set back by an hour", () => {
    const memory = new NonceMemory({ after: -1, most: 4 });
    expect(memory.take("a", "one", at(0), at(0))).toBeNull();
    for (let i = 0; i < 10; i++) {
      const now = at(-3600 + 200 * i);
      expect(memory.take("a", `later ${i}`, now, now)).toBeNull();
    }
    expect(memory.take("a", "one", at(0), at(0))).toBe("replayed");
  });

  it("is filled by nobody for the others, and by nobody for ever", () => {
    const memory = new NonceMemory({ after: -1, most: 100, mostPerSigner: 10 });
    for (let i = 0; i < 10; i++) expect(memory.take("flood", `${i}`, at(0), at(0))).toBeNull();
    expect(memory.take("flood", "10", at(0), at(0))).toBe("full");
    expect(memory.take("other", "0", at(0), at(0))).toBeNull();
    expect(memory.take("flood", "11", at(121), at(121))).toBeNull();
    expect(memory.size).toBe(1);
    for (let i = 0; memory.size < 100; i++) memory.take(`key ${i}`, "n", at(121), at(121));
    expect(memory.take("last", "n", at(121), at(121))).toBe("full");
  });

  it("admits nothing twice, whatever the clock does", () => {
    const step = fc.record({
      now: fc.integer({ min: -5000, max: 5000 }),
      age: fc.integer({ min: -5, max: 120 }),
      replay: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const memory = new NonceMemory({ after: -1 });
        const admitted: { nonce: string; time: UnixSeconds }[] = [];
        steps.forEach(({ now, age, replay }, i) => {
          const time = at(now - age);
          if (memory.take("a", `${i}`, time, at(now)) === null) admitted.push({ nonce: `${i}`, time });
          const again = admitted[replay % Math.max(1, admitted.length)];
          if (again !== undefined) {
            expect(memory.take("a", again.nonce, again.time, at(now))).not.toBeNull();
          }
        });
      }),
    );
  });
});
