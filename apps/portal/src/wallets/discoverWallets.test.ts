import { describe, expect, it } from "vitest";
import { readAnnouncement } from "./discoverWallets.ts";

const provider = { request: async () => null };
const info = { uuid: "4f3c0c1e", name: "Sample", icon: "data:image/png;base64,AA==", rdns: "example.sample" };

describe("what a wallet says of itself", () => {
  it("is taken as it is", () => {
    expect(readAnnouncement({ info, provider })).toEqual({
      id: "4f3c0c1e",
      name: "Sample",
      icon: info.icon,
      provider,
    });
  });

  it.each<readonly [string, unknown]>([
    ["nothing", null],
    ["no provider", { info }],
    ["a provider that cannot be asked", { info, provider: {} }],
    ["no name", { info: { ...info, name: " \n " }, provider }],
    ["no id", { info: { ...info, uuid: "" }, provider }],
    ["a long id", { info: { ...info, uuid: "a".repeat(65) }, provider }],
    ["an id that is no text", { info: { ...info, uuid: 1 }, provider }],
  ])("is no wallet with %s", (_, detail) => {
    expect(readAnnouncement(detail)).toBeNull();
  });

  it.each([
    "https://tracker.example/pixel.png",
    "javascript:alert(1)",
    "data:text/html,<script>",
    `data:image/png;base64,${"A".repeat(300_000)}`,
    7,
  ])("is shown without an icon that is no small image of its own: %#", (icon) => {
    expect(readAnnouncement({ info: { ...info, icon }, provider })).toMatchObject({
      name: "Sample",
      icon: null,
    });
  });

  it("has its name on one line, without marks that turn or hide letters, and not too long", () => {
    const name = `  Sam\u202Eple\n\t${"x".repeat(100)}`;
    expect(readAnnouncement({ info: { ...info, name }, provider })?.name).toBe(`Sam ple ${"x".repeat(52)}`);
  });
});
