import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./pages/axe.ts";
import { addAuthenticator, launchChromium, newVisitor, type Visitor } from "./pages/chromium.ts";
import { testedChromium } from "./pages/testedChromium.ts";
import { confirmKit, demoKit, readKit } from "./pages/kit.ts";
import { type PortalWorld, startPortalWorld } from "./pages/portalWorld.ts";
import { sayPagesOfFailures } from "./pages/sayPages.ts";
import { shoot } from "./pages/shots.ts";

const LONG = 600_000;
/** Milliseconds for what opens or signs; a machine with other work takes several times as long as an idle one. */
const SOON = 120_000;
const PHONE = { viewport: { width: 390, height: 844 } };

const chromium = testedChromium("WHAT PEOPLE DO WITH THEIR KEYS");

describe.skipIf(chromium === null)("a person's keys in a browser, on the demo's consortium", () => {
  let world: PortalWorld;
  let browser: Browser;
  sayPagesOfFailures(() => browser);

  const visit = async (options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visitor> => {
    const visitor = await newVisitor(browser, world.origins, options);
    visitor.page.setDefaultTimeout(SOON);
    await addAuthenticator(visitor.page);
    return visitor;
  };

  beforeAll(async () => {
    [browser, world] = await Promise.all([launchChromium(chromium ?? ""), startPortalWorld()]);
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  }, LONG);

  it(
    "lets nobody in whose kit is not on paper, and publishes nothing before",
    async () => {
      const nell = await visit(PHONE);
      const { page } = nell;
      await page.goto(`${world.north}/new`);
      const cards: string[] = [];
      page.on("request", (request) => {
        if (/\/v1\/cards/.test(request.url())) cards.push(request.url());
      });
      await page.getByRole("button", { name: "Make a passkey and my keys" }).click();
      const kit = await readKit(page);
      // A page that is loaded again, and one who signs in again, find the same kit and nothing else.
      await page.goto(`${world.north}/records`);
      expect(await readKit(page)).toBe(kit);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      expect(await readKit(page)).toBe(kit);
      await expect.poll(() => page.getByRole("navigation").count()).toBe(0);
      expect(cards).toEqual([]);
      expect(await axeViolations(page)).toEqual([]);
      await confirmKit(page, kit);
      await page.getByText("There are no records yet.").waitFor();
      await expect.poll(() => cards.length).toBeGreaterThan(0);
      expect(nell.faults).toEqual([]);

      // After the lock no key is anywhere: no worker, nothing in the browser's database.
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
      // The page has ended it; that it is gone the browser says a moment later.
      await expect.poll(() => page.workers().length).toBe(0);
      expect(await keptInBrowser(page)).toBe(0);
    },
    LONG,
  );

  it(
    "brings everything back from paper, adds a device by its code, and shuts it out when it is stolen",
    async () => {
      // From the kit alone, where nothing is known.
      const rosa = await visit(PHONE);
      const { page } = rosa;
      const paper = await demoKit(world);
      await page.goto(world.north);
      await page.getByRole("link", { name: "I have my printed kit" }).click();
      const groups = paper.split("-");
      // One character, whichever stands there: of two that differ nobody can tell the group.
      const slip = groups.with(7, `${groups[7]?.startsWith("Z") === true ? "Y" : "Z"}${groups[7]?.slice(1)}`);
      await page.getByLabel("The kit").fill(slip.join(" ").toLowerCase());
      await page.getByRole("button", { name: "Find my records" }).click();
      await page.getByText("Look again at group 7.").waitFor();
      await shoot(page, "recover");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByLabel("The kit").fill(`${paper.replaceAll("-", "\n").toLowerCase()}\n`);
      await page.getByRole("button", { name: "Find my records" }).click();
      await page.getByText("All parts of your record are there.").waitFor();
      await shoot(page, "recover-found");
      expect(await axeViolations(page)).toEqual([]);
      // The nodes get no new key card while somebody looks at the page that waits for it.
      const looked = Promise.withResolvers<void>();
      const cards = `**${exchangeRoutes.putCards.path}`;
      await rosa.context.route(cards, async (route) => {
        await looked.promise;
        await route.continue().catch(() => undefined);
      });
      await page.getByRole("button", { name: "Make a passkey and go on" }).click();
      await page.getByText(/^\d+ of \d+ parts of your record$/).waitFor();
      await shoot(page, "keys-changing");
      expect(await axeViolations(page)).toEqual([]);
      looked.resolve();
      await rosa.context.unroute(cards);
      // Killed in the middle: it goes on when the page is there again.
      await page.reload();
      const kit = await readKit(page);
      expect(kit).not.toBe(paper);
      await shoot(page, "kit-new");
      expect(await axeViolations(page)).toEqual([]);
      await confirmKit(page, kit);
      await page.getByRole("heading", { name: "Your records are back" }).waitFor();
      await shoot(page, "recovered");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "Go on" }).click();
      await page.getByRole("heading", { name: /^Good (morning|afternoon|evening), \w+/ }).waitFor();

      // The old paper is worth nothing now.
      const finder = await visit();
      await finder.page.goto(`${world.north}/recover`);
      await finder.page.getByLabel("The kit").fill(paper);
      await finder.page.getByRole("button", { name: "Find my records" }).click();
      await finder.page.getByText("Take the kit that was printed last").waitFor();
      expect(finder.faults).toEqual([]);

      // A second device.
      const tablet = await visit();
      await tablet.page.clock.install();
      await page.getByRole("link", { name: "My devices" }).click();
      await page.getByText("This one").waitFor();
      await shoot(page, "devices");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "Add a device" }).click();
      const code = await page.getByText(/^AD1(-[0-9A-Z]{4}){8}$/).innerText();
      await shoot(page, "add-device");
      expect(await axeViolations(page)).toEqual([]);
      const asked: string[] = [];
      tablet.page.on("request", (request) => asked.push(`${request.url()} ${request.postData() ?? ""}`));
      await tablet.page.goto(`${world.north}/add-device#${code}`);
      await tablet.page.getByRole("button", { name: "Go on" }).click();
      const digits = await tablet.page.getByText(/^\d{3} \d{3}$/).innerText();
      await shoot(tablet.page, "join-device");
      expect(await axeViolations(tablet.page)).toEqual([]);
      expect(new URL(tablet.page.url()).hash).toBe("");
      expect(asked.join("\n")).not.toContain(code.slice(4, 13));
      expect(await page.getByText(/^\d{3} \d{3}$/).innerText()).toBe(digits);
      await shoot(page, "add-device-compare");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Yes, the same number" }).click();
      await tablet.page.bringToFront();
      await tablet.page.getByRole("button", { name: "Make a passkey" }).click();
      await tablet.page.getByRole("heading", { name: /^Good (morning|afternoon|evening), \w+/ }).waitFor();
      // The code was for once.
      await finder.page.goto(`${world.north}/add-device#${code}`);
      await finder.page.getByRole("button", { name: "Go on" }).click();
      await finder.page.getByRole("alert").waitFor();

      // It is stolen. It still believes to be signed in, whatever its node says: the thief keeps the page and its keys.
      await tablet.page.route("**/portal/v1/session", async (route) =>
        route.fulfill({ status: 503, body: "" }),
      );
      await tablet.page.getByRole("link", { name: "Records" }).first().click();
      await tablet.page.getByText(/^\d+ entr(y|ies)$/).waitFor();
      await page.bringToFront();
      await page.getByRole("link", { name: "Back to my devices" }).click();
      await page.getByRole("link", { name: "A device was stolen or lost" }).click();
      await page.getByLabel("The kit").fill(kit);
      await shoot(page, "stolen");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByRole("button", { name: "Shut the other devices out" }).click();
      await page.getByRole("heading", { name: "The other devices are shut out" }).waitFor();
      await page.getByText(/^Confirmed by /).waitFor();
      await shoot(page, "shut-out");
      expect(await axeViolations(page)).toEqual([]);

      // With its old keys it asks the homes and custodians again, and nobody opens anything.
      await tablet.page.bringToFront();
      const before = asked.length;
      await tablet.page.clock.fastForward(60_000);
      await tablet.page.getByRole("link", { name: "Home" }).first().click();
      await tablet.page.getByText("There are no records yet.").waitFor();
      expect(
        asked.slice(before).filter((line) => line.includes("/v1/access/headers")).length,
      ).toBeGreaterThan(0);
      // And when it asks its node, it is signed out.
      await tablet.page.unroute("**/portal/v1/session");
      await tablet.page.reload();
      await tablet.page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
      await tablet.page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await tablet.page.getByRole("alert").waitFor();

      // The owner goes on, with one device.
      await page.bringToFront();
      await page.getByRole("link", { name: "Go on" }).click();
      await page.getByRole("heading", { name: /^Good (morning|afternoon|evening), \w+/ }).waitFor();
      await page.getByRole("link", { name: "My devices" }).click();
      await page.getByText("This one").waitFor();
      await expect.poll(() => page.getByRole("button", { name: /^Remove/ }).count()).toBe(0);
      expect(rosa.faults).toEqual([]);
    },
    LONG,
  );
});

async function keptInBrowser(page: Page): Promise<number> {
  return page.evaluate(
    `new Promise((resolve, reject) => {
      const opening = indexedDB.open("anamnesis");
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const count = opening.result.transaction("session").objectStore("session").count();
        count.onsuccess = () => { resolve(count.result); opening.result.close(); };
      };
    })`,
  );
}
