import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Hex } from "@anamnesis/core/ids";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./pages/axe.ts";
import { addAuthenticator, launchChromium, newVisitor, type Visitor } from "./pages/chromium.ts";
import { findChromium } from "./pages/findChromium.ts";
import { confirmKit, readKit } from "./pages/kit.ts";
import { type PortalWorld, startPortalWorld } from "./pages/portalWorld.ts";
import { shoot } from "./pages/shots.ts";
import { injectWallet } from "./pages/wallet.ts";
import { stopAll } from "./runDemo.ts";

const BUILD = fileURLToPath(new URL("../scripts/build-portal.mjs", import.meta.url));
const LONG = 600_000;
/** Milliseconds for what opens or signs; a machine with other work takes several times as long as an idle one. */
const SOON = 120_000;
const SECRET: Hex = `0x${"17".repeat(32)}`;
const OTHER: Hex = `0x${"18".repeat(32)}`;
const NEW: Hex = `0x${"19".repeat(32)}`;
const NAME = "Sample Wallet";

const chromium = findChromium();

describe.skipIf(chromium === null)("a wallet in a browser, on the demo's consortium", () => {
  let world: PortalWorld;
  let browser: Browser;

  const visit = async (): Promise<Visitor> => {
    const visitor = await newVisitor(browser, world.origins);
    visitor.page.setDefaultTimeout(SOON);
    return visitor;
  };

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [BUILD]);
    [browser, world] = await Promise.all([launchChromium(chromium ?? ""), startPortalWorld()]);
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    await stopAll();
  }, LONG);

  it(
    "signs in where its person linked it, to share and to stop, and is asked for nothing but its name",
    async () => {
      const { page, context, faults } = await visit();
      const wallet = await injectWallet(context, NAME, SECRET);
      await page.goto(world.north);

      // Nobody knows this wallet yet.
      await page.getByRole("button", { name: "Sign in with a wallet" }).click();
      await page.getByRole("button", { name: `Sign in: ${NAME}` }).click();
      await page.getByRole("heading", { name: "This wallet signs in to nothing here yet" }).waitFor();
      await shoot(page, "wallet-unknown");
      expect(await axeViolations(page)).toEqual([]);

      const patient = page.getByRole("listitem").filter({ has: page.getByText("Patient", { exact: true }) });
      await patient.getByRole("button", { name: /^Go in as / }).click();
      await page.getByRole("link", { name: "Sharing" }).first().click();
      await page.getByRole("link", { name: "Sign in with a wallet" }).click();
      wallet.refuse(4001);
      await page.getByRole("button", { name: `Add: ${NAME}` }).click();
      await page.getByText("Nothing was signed").waitFor();
      await page.getByRole("button", { name: `Add: ${NAME}` }).click();
      await page.getByRole("heading", { name: "Wallets that sign in" }).waitFor();
      await shoot(page, "wallet-linked");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Sign out" }).click();

      await page.getByRole("button", { name: "Sign in with a wallet" }).click();
      await shoot(page, "wallet-sign-in");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: `Sign in: ${NAME}` }).click();
      await page.getByRole("heading", { name: /^Good (morning|afternoon|evening), \w+/ }).waitFor();
      expect(wallet.signed.at(-1)).toContain("Sign in to my health records.");
      expect(wallet.signed.at(-1)).toContain(`URI: ${new URL(world.north).origin}\n`);

      await page.getByRole("link", { name: "Sharing" }).first().click();
      const ben = "Dr. Ada Southgate";
      await page.getByRole("link", { name: "Share with someone" }).click();
      await page.getByLabel("Name of a doctor or organisation").fill("ada");
      await page.getByRole("link", { name: `Share with ${ben}` }).click();
      await page.getByText(`I allow ${ben} to read allergies`).waitFor();
      await shoot(page, "wallet-share");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Sign and share" }).click();
      await page.getByRole("heading", { name: "Sharing", exact: true }).waitFor();
      const stop = page.getByRole("button", { name: `Stop sharing with ${ben}` });
      await stop.last().waitFor();
      const before = await stop.count();
      await stop.first().click();
      await page.getByRole("button", { name: "Stop", exact: true }).first().click();
      // The demo's own share with the same doctor stands, and the page does not say otherwise.
      await page.getByText(`This share with ${ben} is stopped; another one stands below`).waitFor();
      expect(await stop.count()).toBe(before - 1);

      expect(new Set(wallet.asked)).toEqual(new Set(["eth_requestAccounts", "personal_sign"]));
      expect(faults).toEqual([]);

      // Removed, it is nobody again; nothing that this browser kept is left for it.
      await page.getByRole("link", { name: "Sign in with a wallet" }).click();
      await page.getByRole("button", { name: /^Remove the wallet/ }).click();
      await page.getByRole("heading", { name: "Wallets that sign in" }).waitFor({ state: "detached" });
    },
    LONG,
  );

  it(
    "signs in a new patient who made keys with a passkey, and went out",
    async () => {
      const { page, context, faults } = await visit();
      const wallet = await injectWallet(context, NAME, NEW);
      await addAuthenticator(page);
      await page.goto(world.north);
      await page.getByRole("button", { name: "Sign in with a wallet" }).click();
      await page.getByRole("button", { name: `Sign in: ${NAME}` }).click();
      await page.getByRole("link", { name: "I am new here: make my keys, then add the wallet" }).click();
      await page.getByRole("button", { name: "Make a passkey and my keys" }).click();
      await confirmKit(page, await readKit(page));
      await page.getByRole("button", { name: `Add: ${NAME}` }).click();
      await page.getByRole("heading", { name: "Wallets that sign in" }).waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in with a wallet" }).click();
      await page.getByRole("button", { name: `Sign in: ${NAME}` }).click();
      await page.getByText("There are no records yet.").waitFor();
      // Once in vain, once to add it, once to come back: three signatures, each of another message.
      expect(new Set(wallet.signed).size).toBe(3);
      expect(faults).toEqual([]);
    },
    LONG,
  );

  it(
    "opens nothing in a browser that has no keys, and nothing at all with another account",
    async () => {
      const here = await visit();
      await injectWallet(here.context, NAME, OTHER);
      await here.page.goto(world.north);
      const patient = here.page
        .getByRole("listitem")
        .filter({ has: here.page.getByText("Patient", { exact: true }) });
      await patient.getByRole("button", { name: /^Go in as / }).click();
      await here.page.getByRole("link", { name: "Sharing" }).first().click();
      await here.page.getByRole("link", { name: "Sign in with a wallet" }).click();
      await here.page.getByRole("button", { name: `Add: ${NAME}` }).click();
      await here.page.getByRole("heading", { name: "Wallets that sign in" }).waitFor();

      const elsewhere = await visit();
      await injectWallet(elsewhere.context, NAME, OTHER);
      await elsewhere.page.goto(world.north);
      await elsewhere.page.getByRole("button", { name: "Sign in with a wallet" }).click();
      await elsewhere.page.getByRole("button", { name: `Sign in: ${NAME}` }).click();
      await elsewhere.page
        .getByRole("heading", { name: "This browser does not have your keys yet" })
        .waitFor();
      await shoot(elsewhere.page, "wallet-no-keys");
      expect(await axeViolations(elsewhere.page)).toEqual([]);
      expect(await elsewhere.page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
      expect([...here.faults, ...elsewhere.faults]).toEqual([]);
    },
    LONG,
  );
});
