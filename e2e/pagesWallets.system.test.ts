import type { Hex } from "@anamnesis/core/ids";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./pages/axe.ts";
import { addAuthenticator, launchChromium, newVisitor, type Visitor } from "./pages/chromium.ts";
import { testedChromium } from "./pages/testedChromium.ts";
import { confirmKit, demoKit, readKit } from "./pages/kit.ts";
import { type PortalWorld, startPortalWorld } from "./pages/portalWorld.ts";
import { sayPagesOfFailures } from "./pages/sayPages.ts";
import { shoot } from "./pages/shots.ts";
import { injectWallet } from "./pages/wallet.ts";

const LONG = 600_000;
/** Milliseconds for what opens or signs; a machine with other work takes several times as long as an idle one. */
const SOON = 120_000;
const SECRET: Hex = `0x${"17".repeat(32)}`;
const OTHER: Hex = `0x${"18".repeat(32)}`;
const OWNER: Hex = `0x${"20".repeat(32)}`;
const NEW: Hex = `0x${"19".repeat(32)}`;
const NAME = "Sample Wallet";

const chromium = testedChromium("SIGNING IN WITH A WALLET");

describe.skipIf(chromium === null)("a wallet in a browser, on the demo's consortium", () => {
  let world: PortalWorld;
  let browser: Browser;
  sayPagesOfFailures(() => browser);

  const visit = async (): Promise<Visitor> => {
    const visitor = await newVisitor(browser, world.origins);
    visitor.page.setDefaultTimeout(SOON);
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
      await page.getByRole("link", { name: "My devices" }).click();
      await page.getByRole("link", { name: "Wallets of mine" }).click();
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
      await page.getByText(`${ben} at Hospital Southgate may read your laboratory results`).waitFor();
      await shoot(page, "wallet-share");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Sign and share" }).click();
      await page.getByRole("heading", { name: "Sharing", exact: true }).waitFor();
      const stop = page.getByRole("button", { name: `Stop sharing with ${ben}` });
      // Its own and the demo's.
      await expect.poll(() => stop.count()).toBe(2);
      await stop.first().click();
      // The demo's own share with the same doctor stands, and the page does not say otherwise.
      await page.getByText(`This share with ${ben} is stopped; another one stands below`).waitFor();
      await expect.poll(() => stop.count()).toBe(1);

      expect(new Set(wallet.asked)).toEqual(new Set(["eth_requestAccounts", "personal_sign"]));
      expect(faults).toEqual([]);

      // Removed, it is nobody again; nothing that this browser kept is left for it.
      await page.getByRole("link", { name: "My devices" }).click();
      await page.getByRole("link", { name: "Wallets of mine" }).click();
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
      const kit = await readKit(page);
      await confirmKit(page, kit);
      await page.getByRole("button", { name: `Add: ${NAME}` }).click();
      await page.getByRole("heading", { name: "Wallets that sign in" }).waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign in with a wallet" }).click();
      await page.getByRole("button", { name: `Sign in: ${NAME}` }).click();
      await page.getByText("There are no records yet.").waitFor();
      // Once in vain, once to add it, once to come back: three signatures, each of another message.
      expect(new Set(wallet.signed).size).toBe(3);

      // It may sign for the general part, until the device does again; then it has been the owner, once.
      const letIn = async (): Promise<void> => {
        await page.getByRole("link", { name: "My devices" }).click();
        await page.getByRole("link", { name: "Wallets of mine" }).click();
        await page.getByLabel("The kit").fill(kit);
        await page.getByRole("button", { name: "Go on" }).click();
        await page.getByRole("button", { name: `Let it sign: ${NAME}` }).click();
      };
      await letIn();
      await page.getByRole("heading", { name: "Your wallet signs for you" }).waitFor();
      expect(wallet.typed.map(({ type }) => type)).toEqual(["Delegation", "Card"]);
      await page.getByRole("link", { name: "Go on" }).click();
      await page.getByText("There are no records yet.").waitFor();
      await page.getByRole("link", { name: "My devices" }).click();
      await page.getByRole("link", { name: "Wallets of mine" }).click();
      await page.getByRole("heading", { name: "Your wallet signs for you" }).waitFor();
      await page.getByLabel("The kit").fill(kit);
      await page.getByRole("button", { name: "Let my device sign again" }).click();
      await page.getByRole("heading", { name: "Your device signs again" }).waitFor();
      await page.getByRole("link", { name: "Go on" }).click();
      await page.getByText("There are no records yet.").waitFor();
      await letIn();
      await page.getByText("An account owns a part of the record once").waitFor();
      expect(wallet.typed).toHaveLength(2);
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
      await here.page.getByRole("link", { name: "My devices" }).click();
      await here.page.getByRole("link", { name: "Wallets of mine" }).click();
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
      await expect.poll(() => elsewhere.page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
      expect([...here.faults, ...elsewhere.faults]).toEqual([]);
    },
    LONG,
  );

  it(
    "signs for the general part in the device's place, to share and to stop, until the printed kit takes it away",
    async () => {
      const ada = "Dr. Ada Southgate";
      const { page, context, faults } = await visit();
      const wallet = await injectWallet(context, NAME, OWNER);
      const seen = async (name: string): Promise<void> => {
        await shoot(page, name);
        expect([name, await axeViolations(page)]).toEqual([name, []]);
        const said = await page.locator("body").innerText();
        expect(said).not.toMatch(
          /blockchain|\bhash\b|\btoken\b|custodian|segment|\bgas\b|undefined|\[object/i,
        );
      };
      await page.goto(world.north);
      const patient = page.getByRole("listitem").filter({ has: page.getByText("Patient", { exact: true }) });
      await patient.getByRole("button", { name: /^Go in as / }).click();
      // Own details of before, which the device signed into the general part, go on opening when the wallet owns it.
      const town = page.getByLabel("Town");
      const saveTown = async (name: string): Promise<void> => {
        await town.fill(name);
        await page.getByRole("button", { name: "Sign and save" }).click();
        await page.getByText(/^Saved, and signed by you/).waitFor();
        await page.getByText(/^These are your details as you saved them/).waitFor({ state: "detached" });
      };
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.getByRole("link", { name: "Your details" }).click();
      await saveTown("Deviceville");
      await page.getByRole("link", { name: "Sharing" }).first().click();
      const stop = page.getByRole("button", { name: `Stop sharing with ${ada}` });
      await page.getByRole("heading", { name: "Sharing", exact: true }).waitFor();
      await page.getByRole("link", { name: "My devices" }).click();
      await page.getByRole("link", { name: "Wallets of mine" }).click();
      await page.getByRole("heading", { name: "Let this wallet sign for me" }).waitFor();
      await seen("wallet-may-sign");
      await page.getByLabel("The kit").fill(await demoKit(world));
      await page.getByRole("button", { name: "Go on" }).click();
      wallet.refuse(4001, "eth_signTypedData_v4");
      await page.getByRole("button", { name: `Let it sign: ${NAME}` }).click();
      await page.getByText("Nothing was signed").waitFor();
      expect(wallet.typed).toEqual([]);
      await page.getByRole("button", { name: `Let it sign: ${NAME}` }).click();
      await page.getByText(/^\d+ of \d+ parts of your record$/).waitFor();
      const types = new Set(wallet.typed.map(({ type }) => type));
      expect([types.has("Delegation"), types.has("Permit"), types.has("Card")]).toEqual([true, true, true]);
      expect(wallet.typed[0]?.sentence).toMatch(
        /^I let my own devices read every record .* and allow it to nobody else;/,
      );
      // It goes on when the page is there again, and asks the wallet for nothing more.
      const asked = wallet.asked.length;
      await page.reload();
      await page.getByRole("heading", { name: "Your wallet signs for you" }).waitFor();
      await seen("wallet-signs");
      await page.getByRole("link", { name: "Go on" }).click();
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.getByText(/^\d+ entr(y|ies)$/).waitFor();
      await expect.poll(() => page.getByRole("alert").count()).toBe(0);
      expect(wallet.asked).toHaveLength(asked);

      // What the person adds is signed by the device, without the wallet, also their own details.
      await page.getByRole("link", { name: "Add to your records" }).click();
      await page.getByLabel("What did you measure?").selectOption({ label: "Blood pressure" });
      await page.getByLabel("Upper value (mmHg)").fill("133");
      await page.getByLabel("Lower value (mmHg)").fill("84");
      await page.getByRole("button", { name: "Sign and keep it" }).click();
      await page.getByText(/^Kept, and signed by you/).waitFor();
      await page.getByLabel("What is it?").fill("Letter with a wallet");
      await page.locator("#chosen").setInputFiles({
        name: "letter.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("Dear Anto,"),
      });
      await page.getByRole("button", { name: "Sign and keep the file" }).click();
      await expect.poll(() => page.getByText(/^Kept, and signed by you/).count()).toBe(2);
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.getByRole("link", { name: "Your details" }).click();
      await page.getByText(/^Your wallet signs for the general part of your record/).waitFor();
      await seen("wallet-details");
      expect(await town.inputValue()).toBe("Deviceville");
      await saveTown("Walletville");
      // Opened from the ledger, in a page that knows nothing of it.
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.reload();
      for (const text of [/\b133\b/, /Letter with a wallet/]) await page.getByText(text).first().waitFor();
      await seen("wallet-own-records");
      await page.getByRole("link", { name: "Your details" }).click();
      await town.waitFor();
      expect(await town.inputValue()).toBe("Walletville");
      await expect.poll(() => page.getByRole("alert").count()).toBe(0);
      expect(wallet.asked).toHaveLength(asked);

      // A share: the wallet is asked for the sentence that the page shows; turned down, nothing is shared.
      await page.getByRole("link", { name: "Sharing" }).first().click();
      // What one counts before the list is there is nothing, and the share that comes next would be taken for one of before.
      await stop.first().waitFor();
      const before = await stop.count();
      await page.getByRole("link", { name: "Share with someone" }).click();
      await page.getByLabel("Name of a doctor or organisation").fill("ada");
      await page.getByRole("link", { name: `Share with ${ada}` }).click();
      await page.getByText("Word for word", { exact: true }).click();
      const shown = page.locator(".signed .exact");
      await shown.first().waitFor();
      wallet.refuse(4001, "eth_signTypedData_v4");
      await page.getByRole("button", { name: "Sign and share" }).click();
      const dialog = page.getByRole("dialog", { name: "Your wallet is asked to sign this" });
      await dialog.getByRole("button", { name: `Ask: ${NAME}` }).waitFor();
      const sentences = await shown.allInnerTexts();
      expect(sentences).toContain(await dialog.locator(".sentence").innerText());
      await seen("wallet-question");
      await dialog.getByRole("button", { name: `Ask: ${NAME}` }).click();
      await page.getByText("Nothing was signed").waitFor();
      expect(wallet.typed.filter(({ sentence }) => sentences.includes(sentence))).toEqual([]);
      await page.getByRole("button", { name: "Sign and share" }).click();
      await page.getByRole("heading", { name: "Sharing", exact: true }).waitFor();
      await stop.nth(before).waitFor();
      expect(wallet.typed.at(-1)?.type).toBe("Consent");
      expect(sentences).toContain(wallet.typed.at(-1)?.sentence);

      const doctor = await visit();
      await doctor.page.goto(world.south);
      const person = doctor.page
        .getByRole("listitem")
        .filter({ has: doctor.page.getByText("Doctor", { exact: true }) });
      await person.getByRole("button", { name: /^Go in as / }).click();
      const shared = doctor.page.getByRole("listitem").filter({ hasText: "You may read laboratory results" });
      await shared.getByRole("link", { name: "Anto Testander" }).click();
      await doctor.page.getByRole("heading", { name: "What happened" }).waitFor();

      // A stop is in force without the wallet, and what waits for it says so.
      const over = page.getByRole("region", { name: "Stopped", exact: true }).getByRole("listitem");
      for (let left = await stop.count(); left > 0; left--) {
        const before = await over.count();
        if (left === 1) wallet.refuse(4001, "eth_signTypedData_v4");
        await stop.last().click();
        const said = left === 1 ? `${ada} can open nothing any more` : `This share with ${ada} is stopped`;
        await page.getByText(said).waitFor();
        if (left === 1) await page.getByText("The new keys wait for your wallet").waitFor();
        // The wallet has signed the new keys, too.
        else await expect.poll(() => over.count()).toBe(before + 1);
      }
      await page.getByRole("link", { name: "Home" }).first().click();
      await page.getByRole("heading", { name: "Something waits for your wallet" }).waitFor();
      await seen("wallet-waits");
      const cards = wallet.typed.length;
      await page.getByRole("button", { name: "Ask my wallet" }).click();
      await page
        .getByRole("heading", { name: "Something waits for your wallet" })
        .waitFor({ state: "detached" });
      expect(wallet.typed.slice(cards).map(({ type }) => type)).toEqual(["Card"]);
      await doctor.page.getByText("The patient has stopped sharing.").waitFor();
      expect(await doctor.page.getByRole("heading", { name: "What happened" }).count()).toBe(0);
      await page.reload();
      await page.getByRole("link", { name: "Who looked" }).first().click();
      await page.getByRole("heading", { name: "Proof checked" }).waitFor();
      await page.getByText(ada).first().waitFor();
      // Accounts and signatures: never a transaction.
      expect(new Set(wallet.asked)).toEqual(new Set(["eth_requestAccounts", "eth_signTypedData_v4"]));

      // From paper alone, in a browser without the wallet.
      const elsewhere = await visit();
      await addAuthenticator(elsewhere.page);
      await elsewhere.page.goto(`${world.north}/recover`);
      await elsewhere.page.getByLabel("The kit").fill(await demoKit(world));
      await elsewhere.page.getByRole("button", { name: "Find my records" }).click();
      await elsewhere.page.getByText("All parts of your record are there.").waitFor();
      await elsewhere.page.getByRole("button", { name: "Make a passkey and go on" }).click();
      await confirmKit(elsewhere.page, await readKit(elsewhere.page));
      await elsewhere.page.getByRole("heading", { name: "Your records are back" }).waitFor();
      await elsewhere.page.getByRole("link", { name: "Go on" }).click();
      await elsewhere.page.getByRole("link", { name: "Records" }).first().click();
      await elsewhere.page.getByText(/^\d+ entr(y|ies)$/).waitFor();
      await elsewhere.page.getByRole("link", { name: "My devices" }).click();
      await elsewhere.page.getByRole("link", { name: "Wallets of mine" }).click();
      await elsewhere.page.getByRole("heading", { name: "Let this wallet sign for me" }).waitFor();
      // The wallet and the device that it had let read open nothing of it any more.
      await page.reload();
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.getByText("There are no records yet.").waitFor();
      expect([...faults, ...doctor.faults, ...elsewhere.faults]).toEqual([]);
    },
    LONG,
  );
});
