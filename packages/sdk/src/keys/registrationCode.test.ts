import { hasCode } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import { createActorKeys } from "./actorKeys.ts";
import { isNamedBy, printRegistrationCode, readRegistrationCode } from "./registrationCode.ts";

const organisation = `0x${"11".repeat(32)}` as OrganisationId;
const cardOf = async (name: string) => {
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  return (await createActorKeys({ subject: "staff", name, organisation, random })).card;
};

describe("a registration code", () => {
  it("names one key card, however it is typed", async () => {
    const [ada, eva] = [await cardOf("Ada"), await cardOf("Eva")];
    const code = printRegistrationCode(ada);
    expect(code).toMatch(/^AR1(-[0-9A-HJKMNP-TV-Z]{4}){8}$/);
    const locator = readRegistrationCode(` ${code.toLowerCase().replaceAll("-", " ")} `);
    expect(isNamedBy(locator, ada)).toBe(true);
    expect(isNamedBy(locator, eva)).toBe(false);
    // A name that was changed on the way is another card.
    expect(isNamedBy(locator, { ...ada, name: "Dr. Ada" })).toBe(false);
  });

  it("says whether it is no code or was mistyped", async () => {
    const code = printRegistrationCode(await cardOf("Ada"));
    const wrong = `${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`;
    for (const [text, reason] of [
      ["AR1-0000", "form"],
      [wrong, "checksum"],
    ] as const) {
      try {
        readRegistrationCode(text);
        expect.unreachable(text);
      } catch (error) {
        expect(hasCode(error, "bad-registration-code")).toBe(true);
        expect(error).toMatchObject({ meta: { reason } });
      }
    }
  });
});
