import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printRecoveryKit, readRecoveryKit, suspectKitGroups } from "./recoveryKit.ts";

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("recovery kit", () => {
  it("reads what it printed, however it is typed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const text = printRecoveryKit(seed);
        expect(text).toMatch(/^AK1(-[0-9A-HJKMNP-TV-Z]{4}){14}$/);
        expect(readRecoveryKit(text)).toEqual(seed);
        const typed = text.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
        expect(readRecoveryKit(typed)).toEqual(seed);
      }),
    );
  });

  it("finds one wrong character by the checksum", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.nat(55),
        fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZ".split("")),
        (seed, at, other) => {
          const characters = printRecoveryKit(seed).slice(3).replaceAll("-", "").split("");
          fc.pre(characters[at] !== other);
          characters[at] = other;
          const wrong = `AK1${characters.join("")}`;
          expect(() => readRecoveryKit(wrong)).toThrow(
            expect.objectContaining({ code: "bad-recovery-kit", meta: { reason: "checksum" } }),
          );
        },
      ),
    );
  });

  it.each(["", "AK1", "AK2-0000", `AK1-${"U".repeat(56)}`, `AK1-${"0".repeat(57)}`])(
    "refuses the form of %j",
    (text) => {
      expect(() => readRecoveryKit(text)).toThrow(
        expect.objectContaining({ code: "bad-recovery-kit", meta: { reason: "form" } }),
      );
    },
  );

  it("names the group in which one character differs, is none of a kit's, or is missing", () => {
    const kit = printRecoveryKit(new Uint8Array(32).fill(9));
    const groups = kit.split("-");
    const changed = (at: number, group: string): string => groups.with(at, group).join(" ").toLowerCase();
    const seventh = groups[7] ?? "";
    const other = seventh.startsWith("Z") ? "Y" : "Z";
    expect(suspectKitGroups(changed(7, other + seventh.slice(1)))).toEqual([7]);
    expect(suspectKitGroups(changed(7, other + seventh.slice(1)).replaceAll(" ", ""))).toEqual([7]);
    expect(suspectKitGroups(changed(3, "AU0B"))).toEqual([3]);
    expect(suspectKitGroups(changed(14, "ABC"))).toEqual([14]);
    expect(suspectKitGroups(groups.slice(0, -1).join("-"))).toEqual([]);
    expect(suspectKitGroups("hello")).toEqual([]);
    expect(suspectKitGroups(changed(2, "ZZZZ").replace(groups[9]?.toLowerCase() ?? "", "yyyy"))).toEqual([]);
  });
});
