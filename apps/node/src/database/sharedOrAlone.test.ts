import { describe, expect, it } from "vitest";
import { SharedOrAlone } from "./sharedOrAlone.ts";

/** Work that says when it begins and ends when it is told to. */
function gated(log: string[], name: string): { run: () => Promise<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    run: async () => {
      log.push(name);
      await promise;
      log.push(`${name} ended`);
      return name;
    },
    end: resolve,
  };
}

describe("SharedOrAlone", () => {
  it("runs shared work side by side, and what is alone after it and before what came later", async () => {
    const [turns, log] = [new SharedOrAlone(), [] as string[]];
    const [a, b, only, c] = ["a", "b", "only", "c"].map((name) => gated(log, name)) as [
      ReturnType<typeof gated>,
      ReturnType<typeof gated>,
      ReturnType<typeof gated>,
      ReturnType<typeof gated>,
    ];
    const all = [turns.shared(a.run), turns.shared(b.run), turns.alone(only.run), turns.shared(c.run)];
    for (const { end } of [c, only, b, a]) end();
    expect(await Promise.all(all)).toEqual(["a", "b", "only", "c"]);
    expect(log.slice(0, 2)).toEqual(["a", "b"]);
    expect(log.slice(2, 4).sort()).toEqual(["a ended", "b ended"]);
    expect(log.slice(4)).toEqual(["only", "only ended", "c", "c ended"]);
  });

  it("goes on after work that fails", async () => {
    const turns = new SharedOrAlone();
    const failing = turns.alone(() => Promise.reject(new RangeError("no")));
    const next = turns.alone(() => Promise.resolve("next"));
    await expect(failing).rejects.toThrow(RangeError);
    expect(await next).toBe("next");
  });
});
