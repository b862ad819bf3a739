import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./pages/axe.ts";
import { startAttacker } from "./pages/attacker.ts";
import { launchChromium, newVisitor, type Visitor } from "./pages/chromium.ts";
import { testedChromium } from "./pages/testedChromium.ts";
import { goInAs } from "./pages/goInAs.ts";
import { hostileDocuments, makeHostile, PAYLOAD } from "./pages/hostileBundle.ts";
import { importBundle } from "./pages/importBundle.ts";
import { startNetwork } from "./pages/network.ts";
import { type PortalWorld, startPortalWorld } from "./pages/portalWorld.ts";
import { sayPagesOfFailures } from "./pages/sayPages.ts";
import { shoot } from "./pages/shots.ts";
import { stopAll } from "./runDemo.ts";

const LONG = 600_000;
const SOON = 120_000;
/** What the demo's patient has, and nobody else may learn: a name, a condition, a medicine. */
const CANARIES = ["Testander", "Asthma", "Sertraline"];

const chromium = testedChromium("THE PORTAL IN ADVERSITY");

describe.skipIf(chromium === null)("the portal's pages in adversity", () => {
  let world: PortalWorld;
  let browser: Browser;
  sayPagesOfFailures(() => browser);

  const visit = async (options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visitor> => {
    const visitor = await newVisitor(browser, world.origins, options);
    visitor.page.setDefaultTimeout(SOON);
    return visitor;
  };

  beforeAll(async () => {
    [browser, world] = await Promise.all([launchChromium(chromium ?? ""), startPortalWorld()]);
    await importHostile(world);
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    await stopAll();
  }, LONG);

  it(
    "show a program in any text of a record as the text that it is, to patient and doctor",
    async () => {
      const [rosa, doctor] = [await visit(), await visit()];
      await goInAs(rosa, world.north, "Patient");
      await rosa.page.getByRole("link", { name: "Records" }).first().click();
      await rosa.page.getByText(/^\d+ entr(y|ies)$/).waitFor();
      expect(await openEverything(rosa.page)).toContain(PAYLOAD);
      await expectNothingRan(rosa);

      await goInAs(doctor, world.south, "Doctor");
      await doctor.page.getByRole("link", { name: /Testander/ }).click();
      // Once all of it is open: what is in sight before is a part of it.
      await doctor.page.getByRole("button", { name: "Print", exact: true }).waitFor();
      expect(await openEverything(doctor.page)).toContain(PAYLOAD);
      await expectNothingRan(doctor);
    },
    LONG,
  );

  it(
    "take nothing of an address for markup",
    async () => {
      const rosa = await visit();
      await goInAs(rosa, world.north, "Patient");
      const word = encodeURIComponent(PAYLOAD);
      for (const path of [`/sharing/new?with=${word}`, `/${word}`, `/sign-in?${word}`, `/records#${word}`]) {
        await rosa.page.goto(`${world.north}${path}`);
        await rosa.page.getByRole("heading").first().waitFor();
        await expectNothingRan(rosa);
      }
    },
    LONG,
  );

  it(
    "cannot be shown in a frame, nor be made to act by a page of another origin on the same host",
    async () => {
      const rosa = await visit();
      await goInAs(rosa, world.north, "Patient");
      const attacker = await startAttacker(world.north);
      const page = await rosa.context.newPage();
      const answers: string[] = [];
      page.on("response", (answer) => {
        if (answer.url().includes("/portal/v1/")) answers.push(`${answer.status()}`);
      });
      try {
        await page.goto(attacker.url);
        const seen = JSON.parse(await page.locator("output").innerText()) as readonly string[];
        expect(seen).toEqual(["opaque", "opaque", "refused", "refused", "refused"]);
        await page.frameLocator("iframe[name=sink]").locator("body").waitFor({ state: "attached" });
        expect(page.frame({ name: "portal" })?.url()).toMatch(/^chrome-error:/);
        await expect.poll(() => answers.length).toBeGreaterThanOrEqual(3);
        expect(new Set(answers)).toEqual(new Set(["403"]));
      } finally {
        await attacker.close();
      }
      // The session is as it was, and so are the keys behind it.
      await rosa.page.reload();
      await rosa.page.getByRole("button", { name: "Sign out" }).waitFor();
      await rosa.page.getByRole("link", { name: "All records" }).waitFor();
    },
    LONG,
  );

  it(
    "give away nothing of a record in an address, a store of the browser or a request",
    async () => {
      const rosa = await visit();
      const sent: string[] = [];
      rosa.context.on("request", (request) => {
        sent.push(decodeURIComponent(request.url()), request.postDataBuffer()?.toString("latin1") ?? "");
        sent.push(JSON.stringify(request.headers()));
      });
      const said: string[] = [];
      rosa.page.on("console", (message) => said.push(message.text()));
      await goInAs(rosa, world.north, "Patient");
      for (const name of ["Records", "Sharing", "Who looked", "Home"]) {
        await rosa.page.getByRole("link", { name }).first().click();
        await rosa.page.getByRole("heading", { level: 1 }).waitFor();
      }
      await rosa.page.getByRole("link", { name: "Records" }).first().click();
      await rosa.page.getByText(/^\d+ entr(y|ies)$/).waitFor();
      await rosa.page.getByRole("searchbox", { name: "Find in your records" }).fill("asthma");
      // Lists have in the page what is in sight, and what was searched for comes there a moment later.
      await expect.poll(() => rosa.page.getByRole("main").innerText()).toContain("Asthma");
      const kept = await keptByBrowser(rosa.page);
      expect(sent.length).toBeGreaterThan(20);
      for (const canary of CANARIES) {
        expect(sent.filter((text) => text.toLowerCase().includes(canary.toLowerCase()))).toEqual([]);
        expect(kept.toLowerCase()).not.toContain(canary.toLowerCase());
        expect(said.filter((text) => text.includes(canary))).toEqual([]);
      }
      // What is kept of the keys is a key that cannot be exported, and a ciphertext under it.
      expect(kept).toContain('"extractable":false');
      expect(kept).not.toContain('"extractable":true');
    },
    LONG,
  );

  it(
    "say that the network is gone, keep what they show, and go on when it is back",
    async () => {
      const network = await startNetwork();
      const rosa = await visit({ proxy: network.proxy });
      const { page } = rosa;
      try {
        await goInAs(rosa, world.north, "Patient");
        await page.getByRole("link", { name: "All records" }).waitFor();
        await page.getByRole("link", { name: "Share with someone" }).waitFor();
        network.cut();
        await page.getByRole("link", { name: "Share with someone" }).click();
        await page.getByRole("button", { name: "Try again" }).waitFor();
        await shoot(page, "no-network");
        expect(await axeViolations(page)).toEqual([]);
        // What was opened before is still there.
        await page.getByRole("link", { name: "Home" }).first().click();
        await page.getByRole("link", { name: "All records" }).waitFor();
        await page.getByRole("link", { name: "Share with someone" }).click();
        await page.getByRole("button", { name: "Try again" }).waitFor();
        network.mend();
        await page.getByRole("button", { name: "Try again" }).click();
        await page.getByRole("link", { name: "Share with Dr. Ada Southgate" }).waitFor();
        // Names of a node that answered late may be missing for one more try: that notice goes too.
        await page.getByRole("button", { name: "Try again" }).waitFor({ state: "hidden" });
      } finally {
        await rosa.context.close();
        await network.close();
      }
    },
    LONG,
  );

  it(
    "of a session that was ended elsewhere ask to sign in again, and sign nothing before",
    async () => {
      const [rosa, other] = [await visit(), await visit()];
      await goInAs(rosa, world.north, "Patient");
      await goInAs(other, world.north, "Patient");
      await rosa.page.goto(`${world.north}/sharing/new`);
      await rosa.page.getByLabel("Name of a doctor or organisation").fill("eva");
      await rosa.page.getByRole("link", { name: "Share with Dr. Eva Eastgate" }).click();
      await rosa.page.getByRole("button", { name: "Sign and share" }).waitFor();
      const ended = `fetch("/portal/v1/session/end", { method: "POST", headers: { "content-type": "application/json" }, body: '{"everywhere":true}' }).then((answer) => answer.status)`;
      expect(await other.page.evaluate(ended)).toBe(200);
      // A page looks at its session now and then besides: it may have led away already.
      const out = rosa.page.getByRole("heading", { name: "Your health records" });
      const said = rosa.page.getByText("You were signed out. Sign in again to go on.");
      await rosa.page
        .getByRole("button", { name: "Sign and share" })
        .click()
        .catch(() => undefined);
      await said.or(out).waitFor();
      await goInAs(rosa, world.north, "Patient");
      await rosa.page.getByRole("link", { name: "Sharing" }).first().click();
      await rosa.page.getByRole("heading", { name: "Sharing", exact: true }).waitFor();
      await rosa.page.getByRole("button", { name: "Stop sharing with Dr. Ada Southgate" }).waitFor();
      await expect.poll(() => rosa.page.getByText("Dr. Eva Eastgate").count()).toBe(0);
    },
    LONG,
  );

  it(
    "in two tabs sign what each was told, and lose neither",
    async () => {
      const rosa = await visit();
      const other = await rosa.context.newPage();
      other.setDefaultTimeout(SOON);
      await goInAs(rosa, world.north, "Patient");
      const prepared = async (page: Page, name: string): Promise<void> => {
        await page.goto(`${world.north}/sharing/new`);
        await page.getByLabel("Name of a doctor or organisation").fill(name);
        await page.getByRole("link", { name: `Share with ${name}` }).click();
        await page.getByRole("button", { name: "Sign and share" }).waitFor();
      };
      await prepared(rosa.page, "Dr. Eva Eastgate");
      await prepared(other, "Dr. Ada Southgate");
      await Promise.all(
        [rosa.page, other].map(async (page) => {
          await page.getByRole("button", { name: "Sign and share" }).click();
          await page.getByRole("heading", { name: "Sharing", exact: true }).waitFor();
        }),
      );
      await rosa.page.reload();
      await rosa.page.getByRole("button", { name: "Stop sharing with Dr. Eva Eastgate" }).waitFor();
      const ada = rosa.page.getByRole("button", { name: "Stop sharing with Dr. Ada Southgate" });
      await expect.poll(() => ada.count()).toBe(2);

      // The others are silent: a stop is not in force then, and the page says who does not answer, without a word of the machinery.
      const others = [world.south, world.laboratory].map((portal) => new URL(portal).port);
      const silence = (url: URL): boolean => others.includes(url.port);
      await rosa.context.route(silence, async (route) => route.abort());
      await rosa.page.getByRole("button", { name: "Stop sharing with Dr. Eva Eastgate" }).click();
      const failed = rosa.page.getByRole("alert");
      await failed
        .getByText("do not answer. So it is not certain yet that nothing opens any more.")
        .waitFor();
      const said = await failed.innerText();
      expect(said).toMatch(/Hospital Southgate|Laboratory Eastgate/);
      expect(said).toContain(" and ");
      expect(said).not.toMatch(/blockchain|\bhash\b|\bkey\b|\btoken\b|custodian|segment|\bgas\b|undefined/i);
      expect(await axeViolations(rosa.page)).toEqual([]);
      await shoot(rosa.page, "stop-failed");
      await rosa.context.unroute(silence);
      await failed.getByRole("button", { name: "Try again" }).click();
      await rosa.page.getByText("Dr. Eva Eastgate can open nothing any more").waitFor();
    },
    LONG,
  );

  it(
    "show nothing of a record to who goes back after somebody signed out",
    async () => {
      const rosa = await visit();
      const { page } = rosa;
      await goInAs(rosa, world.north, "Patient");
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.getByText(/^\d+ entr(y|ies)$/).waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Your health records" }).waitFor();
      for (const move of [
        () => page.goBack(),
        () => page.goBack(),
        () => page.goForward(),
        () => page.reload(),
      ]) {
        await move();
        await page.getByRole("heading", { name: "Your health records" }).waitFor();
        const text = await page.locator("body").innerText();
        for (const canary of CANARIES.slice(1)) expect(text).not.toContain(canary);
      }
    },
    LONG,
  );
});

/** Seals the hostile bundle into the demo patient's record, as an organisation with a bad day would. */
async function importHostile(world: PortalWorld): Promise<void> {
  const bundle = JSON.parse(generatePatientBundle({ seed: "demo portal", encounters: 4 })) as {
    readonly entry: readonly { readonly fullUrl: string }[];
  };
  const hostile = makeHostile(bundle) as { readonly entry: readonly object[] };
  const letters = hostileDocuments(bundle.entry[0]?.fullUrl ?? "");
  const entry = [...hostile.entry, ...letters.map((resource, i) => ({ fullUrl: letterUrl(i), resource }))];
  expect(await importBundle(world, { ...hostile, entry })).toMatchObject({ known: 0 });
}

function letterUrl(i: number): string {
  return `urn:uuid:6f1c1f0e-5a53-4f6b-9f0f-0d6c1a00010${i}`;
}

/** Unfolds every entry on the page, down to the end of a list that shows more as it is scrolled, and gives all that was to be read: rows out of sight are not in the page. */
async function openEverything(page: Page): Promise<string> {
  const seen: string[] = [];
  for (let isEnd = false; !isEnd;) {
    const closed = page.locator("details:not([open]) > summary");
    while ((await closed.count()) > 0) await closed.first().click();
    seen.push(await page.getByRole("main").innerText());
    isEnd = await page.evaluate(SCROLL_ON);
  }
  seen.push(await page.getByRole("main").innerText());
  return seen.join("\n");
}

/** Half a window on; resolves, once the page has drawn what came into sight, to whether there is nothing below and nothing folded. */
const SCROLL_ON = `new Promise((resolve) => {
  scrollBy(0, innerHeight / 2);
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(
    scrollY + innerHeight >= document.documentElement.scrollHeight - 1 && document.querySelector("details:not([open])") === null)));
})`;

async function expectNothingRan({ page, faults }: Visitor): Promise<void> {
  const marks = `JSON.stringify([globalThis.ran ?? null, ...document.querySelectorAll("img[src=x], [onerror], [onload], a[href^='javascript:'], script:not([src]), iframe, object, embed")].map((one) => one?.outerHTML ?? one))`;
  expect(JSON.parse(String(await page.evaluate(marks)))).toEqual([null]);
  expect(faults).toEqual([]);
}

/** Everything that this browser keeps for the portal's address, as one text. */
async function keptByBrowser(page: Page): Promise<string> {
  return String(
    await page.evaluate(`(async () => {
      const rows = [Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href];
      const plain = (value) => value instanceof CryptoKey ? { extractable: value.extractable, usages: value.usages }
        : value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value)
        : ArrayBuffer.isView(value) ? new TextDecoder("latin1").decode(value)
        : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)])) : value;
      for (const { name } of await indexedDB.databases()) {
        const db = await new Promise((resolve) => { const opening = indexedDB.open(name); opening.onsuccess = () => resolve(opening.result); });
        for (const store of db.objectStoreNames) {
          const all = await new Promise((resolve) => { const asking = db.transaction(store).objectStore(store).getAll(); asking.onsuccess = () => resolve(asking.result); });
          rows.push([name, store, all.map(plain)]);
        }
        db.close();
      }
      for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) rows.push(request.url);
      }
      return JSON.stringify(rows);
    })()`),
  );
}
