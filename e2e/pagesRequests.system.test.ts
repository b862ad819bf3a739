import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./pages/axe.ts";
import { launchChromium, newVisitor, type Visitor } from "./pages/chromium.ts";
import { testedChromium } from "./pages/testedChromium.ts";
import { goInAs } from "./pages/goInAs.ts";
import { NEW_KEYS } from "./pages/newKeys.ts";
import { press, tabTo } from "./pages/keyboard.ts";
import { type PortalWorld, startPortalWorld } from "./pages/portalWorld.ts";
import { sayPagesOfFailures } from "./pages/sayPages.ts";
import { shoot } from "./pages/shots.ts";

const LONG = 600_000;
/** Milliseconds for what opens or signs; a machine with other work takes several times as long as an idle one. */
const SOON = 120_000;
const ADA = "Dr. Ada Southgate";

const chromium = testedChromium("ASKING FOR ACCESS");

describe.skipIf(chromium === null)("asking for access in two browsers, on the demo's consortium", () => {
  let world: PortalWorld;
  let browser: Browser;
  sayPagesOfFailures(() => browser);
  let patient: Visitor;
  let doctor: Visitor;

  const visitAs = async (portal: string, role: "Patient" | "Doctor"): Promise<Visitor> => {
    const visitor = await newVisitor(browser, world.origins);
    visitor.page.setDefaultTimeout(SOON);
    await goInAs(visitor, portal, role);
    return visitor;
  };
  const seen = async (page: Page, name: string): Promise<void> => {
    await shoot(page, name);
    expect([name, await axeViolations(page)]).toEqual([name, []]);
  };

  /** All that a chart says: its lists, and every row of what happened, also those that are out of sight otherwise. */
  const chartOn = async (page: Page): Promise<readonly string[]> => {
    const before = page.viewportSize();
    await page.setViewportSize({ width: 1280, height: 40_000 });
    const happened = page.getByRole("region", { name: "What happened" });
    const rows = happened.getByRole("listitem");
    await rows.first().waitFor();
    const all = Number(await rows.first().getAttribute("aria-setsize"));
    await happened.locator(`[aria-posinset="${all}"]`).waitFor();
    const lists = await Promise.all(
      ["Allergies", "Problems", "Medicines"].map(async (name) =>
        page.getByRole("region", { name, exact: true }).innerText(),
      ),
    );
    const texts = await rows.allInnerTexts();
    expect(texts).toHaveLength(all);
    if (before !== null) await page.setViewportSize(before);
    return [...lists, ...texts];
  };

  beforeAll(async () => {
    [browser, world] = await Promise.all([launchChromium(chromium ?? ""), startPortalWorld()]);
    [patient, doctor] = [await visitAs(world.north, "Patient"), await visitAs(world.south, "Doctor")];
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  }, LONG);

  it(
    "lets a doctor ask with a contact code, and the patient narrow and grant it",
    async () => {
      const rosa = patient.page;
      const ada = doctor.page;
      await rosa.getByRole("link", { name: "Sharing" }).first().click();
      // What the demo shares would be in the same chart.
      await rosa.getByRole("button", { name: `Stop sharing with ${ADA}` }).click();
      await rosa.getByText(`${ADA} can open nothing any more`).waitFor();
      await rosa.getByRole("link", { name: "Sharing" }).first().click();
      await rosa.getByRole("link", { name: "Show my contact code" }).click();
      const code = await rosa.getByText(/^AC1(-[0-9A-Z]{4}){14}$/).innerText();
      await rosa.getByRole("img", { name: "Your contact code as a picture to scan" }).waitFor();
      await seen(rosa, "patient-contact-code");

      await ada.getByText("You have asked nobody yet.").waitFor();
      // By keyboard alone.
      await press(ada, ada.getByRole("button", { name: "Ask for access" }));
      await tabTo(ada, ada.getByLabel("The patient's contact code"));
      await ada.keyboard.insertText(code.toLowerCase().replaceAll("-", " "));
      await press(ada, ada.getByLabel("Genetics"), "Space");
      await tabTo(ada, ada.getByLabel("To the patient"));
      // What is a shortcut elsewhere on the page too.
      await ada.keyboard.type("You will see me on Thursday 26/11.");
      await seen(ada, "doctor-ask");
      await press(ada, ada.getByRole("button", { name: "Ask the patient" }));
      await ada.getByText("Waiting", { exact: true }).waitFor();
      await seen(ada, "doctor-asked");

      await rosa.getByRole("link", { name: "Home" }).first().click();
      await rosa.reload();
      await rosa.getByRole("heading", { name: "What needs you" }).waitFor();
      await rosa.getByText(`${ADA} at Hospital Southgate asks to read`).waitFor();
      await seen(rosa, "patient-home-asked");
      await rosa.getByRole("link", { name: `Look at it: what ${ADA} asks for` }).click();
      await rosa.getByRole("heading", { name: `${ADA} asks to read your records` }).waitFor();
      await rosa.getByText("You will see me on Thursday 26/11.").waitFor();
      await rosa.getByText("Also asked for: Genetics.").waitFor();
      // What was asked for stands chosen, sensitive areas do not.
      await rosa.getByText("Sensitive areas stay closed.").waitFor();
      expect(await rosa.getByLabel("Genetics").isChecked()).toBe(false);
      const said = await rosa.getByRole("main").innerText();
      expect(said).not.toMatch(/blockchain|\bhash\b|\btoken\b|custodian|segment|\bgas\b|undefined|\[object/i);
      await seen(rosa, "patient-request");
      for (const area of ["Laboratory results and measurements", "Documents and images"])
        await rosa.getByLabel(area).uncheck();
      await rosa.getByLabel("For one day").check();
      await rosa.getByRole("button", { name: `Look at it as ${ADA} will` }).click();
      const preview = rosa.getByRole("region", { name: `Preview: what ${ADA} will see` });
      await preview.getByText("Nobody sees this but you.").waitFor();
      await preview.getByText(/^And what is added until /).waitFor();
      const previewed = await chartOn(rosa);
      await seen(rosa, "patient-preview");
      await rosa.getByLabel(`A word to ${ADA}, if you like`).fill("The rest in person.");
      await rosa.getByRole("button", { name: "Sign and share" }).click();
      await rosa.getByRole("heading", { name: "Sharing", exact: true }).waitFor();
      await expect.poll(() => rosa.getByRole("heading", { name: "What needs you" }).count()).toBe(0);
      await seen(rosa, "patient-sharing-granted");

      await ada.reload();
      await ada.getByText("The rest in person.").waitFor();
      await ada.getByRole("link", { name: "Open the chart" }).click();
      await ada.getByRole("heading", { name: "Anto Testander" }).waitFor();
      await ada.getByText("Asthma").first().waitFor();
      await ada.getByText("Only what the patient shares is shown.").waitFor();
      // To the last row what the patient was shown before signing, and more than a name. A chart shows what is open while the rest opens.
      expect(previewed.length).toBeGreaterThan(5);
      await expect.poll(() => chartOn(ada)).toEqual(previewed);
      await seen(ada, "doctor-chart-partial");
      expect([...patient.faults, ...doctor.faults]).toEqual([]);
    },
    LONG,
  );

  it(
    "says why a list is empty, lets the doctor ask there, and shows what is shared then in the same chart",
    async () => {
      const rosa = patient.page;
      const ada = doctor.page;
      const list = (name: string) => ada.getByRole("region", { name, exact: true });
      await list("Laboratory results").getByText("Not shared with you.").waitFor();
      await list("Documents").getByText("Not shared with you.").waitFor();
      // What is shared has its source, and leads to the entry that says who signed it.
      await list("Problems")
        .getByRole("button", { name: /Asthma/ })
        .click();
      const arrived = ada.locator("h3:focus");
      await arrived.waitFor();
      expect(await arrived.innerText()).toMatch(/\S/);
      await ada.locator("details[open]").getByText("Signature checked").first().waitFor();
      await list("What happened").getByRole("searchbox").fill("asthma");
      await list("What happened")
        .getByText(/^\d+ of \d+$/)
        .waitFor();
      await list("What happened").getByRole("searchbox").fill("");

      await ada.getByRole("button", { name: "Ask the patient for: Laboratory results" }).click();
      const form = ada.getByRole("region", { name: "Ask for access" });
      expect(await form.getByLabel("Laboratory results and measurements").isChecked()).toBe(true);
      expect(await form.getByLabel("Medicines and allergies").isChecked()).toBe(false);
      await seen(ada, "doctor-chart-ask");
      await form.getByRole("button", { name: "Ask the patient" }).click();
      await ada.getByText("The patient has been asked.").waitFor();

      await rosa.getByRole("link", { name: "Home" }).first().click();
      await rosa.reload();
      await rosa.getByRole("link", { name: `Look at it: what ${ADA} asks for` }).click();
      await rosa.getByRole("button", { name: "Sign and share" }).click();
      await rosa.getByRole("heading", { name: "Sharing", exact: true }).waitFor();

      await ada.getByRole("link", { name: "Patients", exact: true }).first().click();
      await ada.reload();
      // Whom it was about, the browser of who asked knows.
      await ada.getByText("Anto Testander:").waitFor();
      const rows = ada
        .getByRole("listitem")
        .filter({ has: ada.getByRole("link", { name: "Anto Testander" }) });
      await rows.first().waitFor();
      expect(await rows.count()).toBe(1);
      await seen(ada, "doctor-patients-merged");
      await ada.getByRole("link", { name: "Anto Testander" }).click();
      await ada.getByRole("heading", { name: "Anto Testander" }).waitFor();
      await ada.getByText(/born \d+ \w+ \d{4}/).waitFor();
      await list("Laboratory results").getByRole("table").waitFor();
      await list("Problems").getByText("Asthma").first().waitFor();
      await list("Allergies").getByRole("button", { name: /latex/i }).waitFor();
      await list("Documents").getByText("Not shared with you.").waitFor();
      await seen(ada, "doctor-chart-merged");
      expect([...patient.faults, ...doctor.faults]).toEqual([]);
    },
    LONG,
  );

  it(
    "lets a doctor ask again where a share was stopped, and the patient decline",
    async () => {
      const rosa = patient.page;
      const ada = doctor.page;
      // From the notice of the doctor's look, in one tap: all that is shared with the doctor.
      await rosa.getByRole("link", { name: "Home" }).first().click();
      await rosa.reload();
      // No node takes new keys: it is stopped all the same, and the page says what is left.
      await patient.context.route(NEW_KEYS, async (route) => route.abort());
      await rosa.getByRole("button", { name: `Stop sharing with ${ADA} now` }).click();
      await rosa.getByText(`${ADA} can open nothing any more.`).waitFor();
      await rosa.getByText("New keys for what is added from now on are still to be made.").waitFor();
      await seen(rosa, "patient-home-stopped");
      await patient.context.unroute(NEW_KEYS);
      await ada.getByText("The patient has stopped sharing.").waitFor();
      await ada.getByRole("button", { name: "Ask again" }).click();
      await ada.getByLabel("To the patient").fill("I am still treating you.");
      await ada.getByRole("button", { name: "Ask the patient" }).click();
      await ada.getByText("The patient has been asked.").waitFor();
      await seen(ada, "doctor-asked-again");

      await rosa.getByRole("link", { name: "Sharing" }).first().click();
      await rosa.getByRole("heading", { name: "Being stopped" }).waitFor();
      await rosa.getByRole("link", { name: "Home" }).first().click();
      await rosa.reload();
      // The next visit makes them, by itself.
      await rosa.getByRole("link", { name: "Sharing" }).first().click();
      await rosa.getByRole("heading", { name: "Stopped", exact: true }).waitFor();
      await expect.poll(() => rosa.getByRole("heading", { name: "Being stopped" }).count()).toBe(0);
      await rosa.reload();
      await rosa.getByText("You share with nobody.").waitFor();
      await rosa.getByRole("link", { name: ADA, exact: true }).click();
      await rosa.getByText("I am still treating you.").waitFor();
      await rosa.getByRole("button", { name: "Decline" }).click();
      await rosa.getByRole("heading", { name: "Declined" }).waitFor();
      await rosa.getByRole("heading", { name: "Stopped" }).waitFor();
      // Each list by its own name: asked for is empty now, and what ended by itself does not exist yet.
      await rosa.getByRole("heading", { name: "Now", exact: true }).waitFor();
      await expect.poll(() => rosa.getByRole("heading", { name: "Ended by itself" }).count()).toBe(0);
      await seen(rosa, "patient-sharing-declined");

      // The chart of a share that ended says so, wherever its address came from.
      await ada.reload();
      await ada.getByRole("heading", { name: "The patient has stopped sharing" }).waitFor();
      await seen(ada, "doctor-chart-stopped");
      await ada.getByRole("link", { name: "Patients", exact: true }).first().click();
      await ada.getByText("Declined", { exact: true }).waitFor();
      await seen(ada, "doctor-declined");

      // Another request is taken back before anybody answers it.
      await ada.getByRole("link", { name: "Ask again" }).first().click();
      await ada.getByRole("button", { name: "Ask again" }).click();
      await ada.getByRole("button", { name: "Ask the patient" }).click();
      await ada.getByText("The patient has been asked.").waitFor();
      await ada.getByRole("link", { name: "Patients", exact: true }).first().click();
      await ada.getByRole("button", { name: "Take back" }).click();
      await ada.getByText("Taken back", { exact: true }).waitFor();
      await rosa.reload();
      await rosa.getByRole("heading", { name: "Not answered" }).waitFor();
      await expect.poll(() => rosa.getByRole("heading", { name: "Asked for" }).count()).toBe(0);
      expect([...patient.faults, ...doctor.faults]).toEqual([]);
    },
    LONG,
  );
});
