import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./pages/axe.ts";
import { launchChromium, newVisitor, type Visitor } from "./pages/chromium.ts";
import { sentBytes } from "./pages/sentBytes.ts";
import { missRecords } from "./pages/missRecords.ts";
import { testedChromium } from "./pages/testedChromium.ts";
import { holdAnchors } from "./pages/holdAnchors.ts";
import { goInAs } from "./pages/goInAs.ts";
import { type PortalWorld, startPortalWorld } from "./pages/portalWorld.ts";
import { sayPagesOfFailures } from "./pages/sayPages.ts";
import { shoot } from "./pages/shots.ts";

/** In the page: Ctrl+Enter on the result that has the focus again and again, as long as it waits. */
const HOLD_KEYS = `(async () => {
  const card = document.activeElement;
  const { port1, port2 } = new MessageChannel();
  const until = Date.now() + 20_000;
  while (card.textContent.includes("Waits for Hospital Southgate") && Date.now() < until) {
    card.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }));
    await new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  }
})()`;

const LONG = 600_000;
/** Milliseconds for what opens or signs; a machine with other work takes several times as long as an idle one. */
const SOON = 120_000;

const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF");
/** One black pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==",
  "base64",
);
const SVG = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>document.title = "run"; alert(2)</script></svg>',
);

const chromium = testedChromium("WRITING");

describe.skipIf(chromium === null)("what people write in the portal", () => {
  let world: PortalWorld;
  let browser: Browser;
  sayPagesOfFailures(() => browser);
  let doctor: Visitor;
  let rosa: Visitor;

  const visit = async (): Promise<Visitor> => {
    const visitor = await newVisitor(browser, world.origins, {});
    visitor.page.setDefaultTimeout(SOON);
    return visitor;
  };
  const openChart = async (page: Page): Promise<void> => {
    await page.getByRole("link", { name: "Patients", exact: true }).first().click();
    await page.getByRole("link", { name: "Anto Testander" }).click();
    await page.getByRole("heading", { name: "What happened" }).waitFor();
  };

  beforeAll(async () => {
    [browser, world] = await Promise.all([launchChromium(chromium ?? ""), startPortalWorld()]);
    [doctor, rosa] = [await visit(), await visit()];
    await goInAs(doctor, world.south, "Doctor");
    await goInAs(rosa, world.north, "Patient");
  }, LONG);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  }, LONG);

  it(
    "says to a doctor whom the patient has not let write, and lets the patient do it",
    async () => {
      await openChart(doctor.page);
      await doctor.page
        .getByRole("heading", { name: "Your organisation may not add to these records yet" })
        .waitFor();
      await shoot(doctor.page, "writing-not-permitted");
      expect(await axeViolations(doctor.page)).toEqual([]);
      const { page } = rosa;
      await page.getByRole("link", { name: "Sharing" }).first().click();
      await page.getByRole("heading", { name: "Who may add to your records" }).waitFor();
      await page.getByLabel("Organisation").selectOption({ label: "Hospital Southgate" });
      await page.getByText(/lets Hospital Southgate add to all your areas until/).waitFor();
      await page.getByRole("button", { name: "Let it add" }).click();
      await page.getByText("Hospital Southgate may add to your records now.").waitFor();
      // With those who may already, each until its day.
      const adders = page.getByRole("list", { name: "May add now" });
      await adders.getByText("Hospital Southgate").waitFor();
      await expect
        .poll(() => adders.getByText(/^until .+ It ends by itself, and cannot be taken back/).count())
        .toBe(3);
      await shoot(page, "patient-writers");
      expect(await axeViolations(page)).toEqual([]);
    },
    LONG,
  );

  it(
    "takes a note, a diagnosis, a prescription and an order by keyboard alone, each once",
    async () => {
      const { page } = doctor;
      await page.reload();
      await page.getByRole("heading", { name: "Write", exact: true }).waitFor();
      const { keyboard } = page;
      const filed = () => page.getByText("Signed and stored at Hospital Southgate.").waitFor();

      await keyboard.press("n");
      await keyboard.type("Feels well. Cough is better.");
      await keyboard.press("Escape");
      await page.getByText("draft kept").waitFor();
      await page.reload();
      await page.getByText("draft kept").waitFor();
      await keyboard.press("n");
      expect(await page.getByLabel("Text").inputValue()).toBe("Feels well. Cough is better.");
      await shoot(page, "writing-note");
      expect(await axeViolations(page)).toEqual([]);
      // It was sent, and nobody heard what became of it.
      await page.context().route("**/v1/records", async (route) => route.abort());
      await keyboard.press("Control+Enter");
      await page.getByText("It was not filed. Nothing you typed is lost.").waitFor();
      await page.context().unroute("**/v1/records");
      await page.reload();
      await page.getByText("draft kept").waitFor();
      await keyboard.press("n");
      await page.getByText("You sent this once", { exact: false }).waitFor();
      await shoot(page, "writing-sent-before");
      expect(await axeViolations(page)).toEqual([]);
      await keyboard.press("Control+Enter");
      await keyboard.press("Control+Enter");
      await filed();

      await keyboard.press("d");
      await keyboard.type("migraine of the writing test");
      await keyboard.press("Control+Enter");
      await filed();

      await keyboard.press("p");
      await keyboard.type("ibuprofen 400 mg tablet");
      await page.getByLabel("For how many days").fill("5");
      expect(await page.getByLabel("As the patient reads it").inputValue()).toBe(
        "1 tablet, once a day, for 5 days",
      );
      await shoot(page, "writing-prescription");
      expect(await axeViolations(page)).toEqual([]);
      await keyboard.press("Control+Enter");
      await filed();

      await keyboard.press("o");
      await keyboard.type("Chest X-ray");
      await keyboard.press("Control+Enter");
      await filed();
      await page.getByText("It stands on the ledger.").waitFor();
      for (const title of [/Feels well/, /migraine of the writing test/i, /ibuprofen/i, /Chest X-ray/]) {
        await page.getByText(title).first().waitFor();
      }
      await expect.poll(() => page.getByText("Feels well. Cough is better.").count()).toBe(1);
      await shoot(page, "writing-chart");
      expect(await axeViolations(page)).toEqual([]);
    },
    LONG,
  );

  it(
    "corrects what the own organisation wrote, and shows its history to doctor and patient",
    async () => {
      const { page } = doctor;
      const entry = page.getByRole("listitem").filter({ hasText: "Feels well. Cough is better." });
      await entry.getByText("More").first().click();
      await entry.getByRole("button", { name: /^Correct/ }).click();
      await page.getByLabel("Text").fill("Feels well. The cough is gone.");
      await page.getByLabel("Why is it corrected?").fill("Patient called back.");
      await shoot(page, "writing-correct");
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press("Control+Enter");
      await page.getByText("Signed and stored at Hospital Southgate.").waitFor();
      await page.getByText("It stands on the ledger.").waitFor();
      await page.getByText("Feels well. The cough is gone.").first().waitFor();

      const patient = rosa.page;
      await patient.reload();
      await patient.getByRole("link", { name: "Records" }).first().click();
      await patient.getByRole("searchbox").fill("cough is gone");
      const seen = patient.getByRole("listitem").filter({ hasText: "The cough is gone." });
      await seen.getByText("More").first().click();
      await seen.getByText("Why: Patient called back.").waitFor();
      await seen.getByText("Dr. Ada Southgate, Hospital Southgate", { exact: false }).first().waitFor();
      await seen.getByText("Before").waitFor();
      await expect.poll(() => seen.getByText("Signature checked").count()).toBe(2);
      await shoot(patient, "patient-history");
      expect(await axeViolations(patient)).toEqual([]);
    },
    LONG,
  );

  it(
    "keeps a patient's measurements and files, and runs nothing of them",
    async () => {
      const { page } = rosa;
      const dialogs: string[] = [];
      page.on("dialog", (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      await page.getByRole("link", { name: "Add to your records" }).click();
      await page.getByRole("heading", { name: "A measurement" }).waitFor();
      await page.getByLabel("Upper value (mmHg)").fill("131");
      await page.getByLabel("Lower value (mmHg)").fill("83");
      await shoot(page, "patient-add");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Sign and keep it", exact: true }).click();
      await page.getByText(/Kept, and signed by you/).waitFor();
      await page.getByText(/^At most 8\.4 MB\./).waitFor();
      const scan = { name: "scan.dcm", mimeType: "application/dicom", buffer: Buffer.alloc(8_388_609) };
      await page.locator("#chosen").setInputFiles(scan);
      await page
        .getByRole("alert")
        .getByText(/at most 8\.4 MB can be kept\. Nothing was sent\./)
        .waitFor();
      expect(await page.getByRole("button", { name: "Sign and keep the file" }).isDisabled()).toBe(true);
      for (const [name, mimeType, buffer] of [
        ["letter.pdf", "application/pdf", PDF],
        ["pixel.png", "image/png", PNG],
        ["drawing.png", "image/png", SVG],
      ] as const) {
        await page.locator("#chosen").setInputFiles({ name, mimeType, buffer });
        await page.getByLabel("What is it?").fill(`Uploaded ${name}`);
        const warned = page.getByText("This file could run a program when it is opened.", { exact: false });
        if (buffer === SVG) await warned.waitFor();
        else await expect.poll(() => warned.count()).toBe(0);
        await page.getByRole("button", { name: "Sign and keep the file" }).click();
        await page
          .getByRole("region", { name: "A file" })
          .getByText(/Kept, and signed by you/)
          .waitFor();
      }
      await page.getByRole("link", { name: "See your records" }).first().click();
      for (const [file, shown] of [
        ["letter.pdf", 0],
        ["pixel.png", 1],
        ["drawing.png", 0],
      ] as const) {
        await page.getByRole("searchbox").fill(`Uploaded ${file}`);
        const entry = page.getByRole("listitem").filter({ hasText: `Uploaded ${file}` });
        await entry.getByText("You wrote this").first().waitFor();
        await entry.getByText("More").first().click();
        await entry.getByRole("button", { name: /^Save the file/ }).waitFor();
        await expect.poll(() => entry.locator("img").count()).toBe(shown);
      }
      await page.getByText("Could run a program when opened", { exact: false }).waitFor();
      await shoot(page, "patient-uploads");
      await page.getByRole("searchbox").fill("");
      await page.getByText("My own", { exact: true }).first().click();
      await page.getByRole("heading", { name: "Over time" }).waitFor();
      await page
        .getByRole("region", { name: "Over time" })
        .getByText(/\b131\b/)
        .first()
        .waitFor();
      expect(dialogs).toEqual([]);
      expect(await page.title()).not.toBe("run");
    },
    LONG,
  );

  it(
    "says of what was written a moment ago that it is on its way, and shows it by itself to patient and doctor",
    async () => {
      const both = [rosa, doctor];
      await rosa.page.getByRole("link", { name: "Records" }).first().click();
      const held = await Promise.all(
        both.map(async ({ page, context }) =>
          holdAnchors(context, async () => {
            await page.reload();
            await page
              .getByText(/Uploaded letter\.pdf/)
              .first()
              .waitFor();
          }),
        ),
      );
      for (const { begin } of held) begin();
      await rosa.page.getByRole("link", { name: "Add to your records" }).click();
      const late = { name: "late.pdf", mimeType: "application/pdf", buffer: PDF };
      await rosa.page.locator("#chosen").setInputFiles(late);
      await rosa.page.getByLabel("What is it?").fill("Uploaded late.pdf");
      await rosa.page.getByRole("button", { name: "Sign and keep the file" }).click();
      await rosa.page.getByText(/Kept, and signed by you/).waitFor();
      await rosa.page.getByRole("link", { name: "See your records" }).first().click();
      await Promise.all(
        both.map(async ({ page }, i) => {
          await page.reload();
          const said = page.getByRole("status").filter({ hasText: "1 record is on its way to the ledger." });
          await said.waitFor();
          await page
            .getByText(/Uploaded letter\.pdf/)
            .first()
            .waitFor();
          expect(await page.getByText(/did not open/).count()).toBe(0);
          expect(await page.getByText("Uploaded late.pdf").count()).toBe(0);
          await shoot(page, i === 0 ? "patient-on-its-way" : "chart-on-its-way");
          expect(await axeViolations(page)).toEqual([]);
          await held[i]?.letGo();
          // Nobody touches the page.
          await page.getByText("Uploaded late.pdf").first().waitFor();
          await said.waitFor({ state: "detached" });
        }),
      );
    },
    LONG,
  );

  it(
    "lets a patient say who they are, beside what hospitals have, and shows it while it is on its way, in a page that is loaded again too",
    async () => {
      const { page, context } = rosa;
      const town = page.getByLabel("Town");
      const onItsWay = page.getByText(/^These are your details as you saved them\./);
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.getByRole("link", { name: "Your details" }).click();
      const held = await holdAnchors(context, async () => {
        await page.reload();
        await town.waitFor();
      });
      held.begin();
      await town.fill("Newtown");
      expect(await onItsWay.count()).toBe(0);
      await shoot(page, "patient-details");
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Sign and save" }).click();
      await page.getByText(/Saved, and signed by you/).waitFor();
      await onItsWay.waitFor();
      await page.reload();
      await onItsWay.waitFor();
      expect(await town.inputValue()).toBe("Newtown");
      expect(await page.getByText(/on (its|their) way to the ledger\. It was/).count()).toBe(0);
      await shoot(page, "patient-details-on-their-way");
      expect(await axeViolations(page)).toEqual([]);
      // What is on its way is amended as anything else, and the newest is shown.
      await town.fill("Oldtown");
      await page.getByRole("button", { name: "Sign and save" }).click();
      await page.getByText(/Saved, and signed by you/).waitFor();
      await page.reload();
      await onItsWay.waitFor();
      expect(await town.inputValue()).toBe("Oldtown");
      // The home that took them says that it does not have them: it is said what is waited for, and what was saved still stands.
      const isMissing = page.getByText(/took them, and says now that it does not have them/);
      const found = await missRecords(context);
      await page.reload();
      await isMissing.waitFor();
      expect(await town.inputValue()).toBe("Oldtown");
      await shoot(page, "patient-details-missing");
      expect(await axeViolations(page)).toEqual([]);
      await found();
      await page.reload();
      await onItsWay.waitFor();
      expect(await isMissing.count()).toBe(0);
      // Nobody touches the page.
      await held.letGo();
      await onItsWay.waitFor({ state: "detached" });
      expect(await town.inputValue()).toBe("Oldtown");
      // What was sent is forgotten once it opens, whichever page looks, and opened from the ledger it is the same.
      expect(await sentBytes(page)).toBeGreaterThan(100);
      await page.getByRole("link", { name: "Records" }).first().click();
      await page.reload();
      await expect.poll(async () => sentBytes(page)).toBe(18);
      await page.getByRole("link", { name: "Your details" }).click();
      await town.waitFor();
      expect(await town.inputValue()).toBe("Oldtown");
      expect([...rosa.faults, ...doctor.faults]).toEqual([]);
    },
    LONG,
  );

  it(
    "asks who has other details to correct theirs: one takes them over, one declines, and the patient sees which",
    async () => {
      const { page } = rosa;
      const theirs = page.getByRole("region", { name: "What your hospitals have" });
      await theirs
        .getByText(/^Town: .* you wrote “Oldtown”$/)
        .first()
        .waitFor();
      await shoot(page, "patient-corrections");
      expect(await axeViolations(page)).toEqual([]);
      await theirs.getByLabel("What do you want to tell them?").fill("We moved to Oldtown in May.");
      await theirs.getByRole("button", { name: /^Ask the organisations that have other details/ }).click();
      await theirs.getByText(/^You asked .*(Northbank and .*Eastgate|Eastgate and .*Northbank)\./).waitFor();
      await expect.poll(() => theirs.getByText("Asked", { exact: true }).count(), { timeout: SOON }).toBe(2);
      expect(await axeViolations(page)).toEqual([]);

      const wantedAt = async (visitor: Visitor) => {
        await visitor.page.getByRole("link", { name: "To sign" }).first().click();
        const asked = visitor.page.getByRole("region", { name: "Corrections asked for" });
        const one = asked.getByRole("listitem", { name: "Anto Testander" });
        await one.getByText("“We moved to Oldtown in May.”").waitFor();
        await one.getByText("Oldtown", { exact: true }).waitFor();
        return { asked, one };
      };
      const [registrar, laboratory] = [await visit(), await visit()];
      await goInAs(registrar, world.north, "Doctor");
      const north = await wantedAt(registrar);
      await shoot(registrar.page, "corrections-wanted");
      expect(await axeViolations(registrar.page)).toEqual([]);
      await north.one.getByRole("button", { name: /^Correct it so/ }).click();
      await north.asked.getByText(/^Corrected for Anto Testander\./).waitFor();
      await north.asked.getByText("Nobody asks for a correction.").waitFor();
      expect(await axeViolations(registrar.page)).toEqual([]);

      await goInAs(laboratory, world.laboratory, "Laboratory");
      const east = await wantedAt(laboratory);
      await east.one.getByRole("button", { name: /^Decline the correction/ }).click();
      await laboratory.page.getByLabel("Why do you decline it?").fill("We keep no addresses.");
      await shoot(laboratory.page, "corrections-declining");
      expect(await axeViolations(laboratory.page)).toEqual([]);
      await laboratory.page.keyboard.press("Control+Enter");
      await east.asked.getByText("Declined. Anto Testander reads why.").waitFor();

      // The new version opens once it is anchored.
      await expect
        .poll(
          async () => {
            await page.reload();
            await theirs.getByText(/Answered by Dr\. Nora Northbank on/).waitFor();
            return theirs.getByRole("listitem").filter({ hasText: "Hospital Northbank" }).first().innerText();
          },
          { timeout: SOON, interval: 1000 },
        )
        .toContain("has the same details as you.");
      await theirs.getByText("Corrected", { exact: true }).waitFor();
      await theirs.getByText("Why: We keep no addresses.").waitFor();
      await shoot(page, "patient-corrected");
      expect(await axeViolations(page)).toEqual([]);
      expect([...rosa.faults, ...registrar.faults, ...laboratory.faults]).toEqual([]);
    },
    LONG,
  );

  it(
    "shows a doctor what waits to be signed, opened, and signs it by keyboard, once, until it is final for everybody",
    async () => {
      const { page } = doctor;
      const asked: string[] = [];
      page.context().on("request", (request) => {
        if (request.method() === "POST" && request.url().endsWith("/v1/endorsements"))
          asked.push(request.url());
      });
      await page.getByRole("link", { name: "To sign" }).first().click();
      const waiting = page.getByRole("region", { name: "Wait for you" });
      await waiting
        .getByRole("button", { name: /^Sign / })
        .nth(1)
        .waitFor();
      const result = waiting.getByRole("listitem").filter({ hasText: "5.6" });
      await result.getByText("Anto Testander").waitFor();
      await result.getByText(/Signed by Laboratory Eastgate\. Waits for Hospital Southgate/).waitFor();
      await shoot(page, "to-sign");
      expect(await axeViolations(page)).toEqual([]);
      // A finger that stays on the keys, also in the moment in which the node has answered and the page has not drawn it yet.
      await result.focus();
      await page.evaluate(HOLD_KEYS);
      await result
        .getByText(/it stands on the ledger\. Final, signed by Laboratory Eastgate and Hospital Southgate/)
        .waitFor();
      expect(asked).toHaveLength(1);
      await shoot(page, "to-sign-signed");
      expect(await axeViolations(page)).toEqual([]);

      await openChart(page);
      const final = /Final\s+signed by Laboratory Eastgate and Hospital Southgate\./;
      // Both are values of one blood test: each is said to be as far as it is.
      await page.getByText(final).first().waitFor();
      await page
        .getByText(/Preliminary\s+signed by Laboratory Eastgate, waits for Hospital Southgate\./)
        .first()
        .waitFor();
      await shoot(page, "chart-cosigned");
      expect(await axeViolations(page)).toEqual([]);
      const patient = rosa.page;
      await patient.getByRole("link", { name: "Records" }).first().click();
      await patient.reload();
      await patient.getByText("Laboratory", { exact: true }).click();
      await patient.getByText(final).first().waitFor();
      await shoot(patient, "patient-cosigned");
      expect(await axeViolations(patient)).toEqual([]);
    },
    LONG,
  );

  it(
    "lets a doctor decline with a reason, which the laboratory and the patient read, and says so in place",
    async () => {
      const { page } = doctor;
      const reason = "41 mmol/L is not compatible with life. Please measure anew.";
      await page.getByRole("link", { name: "To sign" }).first().click();
      const waiting = page.getByRole("region", { name: "Wait for you" });
      const result = waiting.getByRole("listitem").filter({ hasText: "41" });
      await result.getByRole("button", { name: /^Decline / }).waitFor();
      await result.focus();
      await page.keyboard.press("d");
      await page.keyboard.type(reason);
      await page.keyboard.press("Escape");
      await result.getByRole("button", { name: /^Decline / }).click();
      expect(await page.getByLabel("Why do you decline it?").inputValue()).toBe(reason);
      await shoot(page, "to-sign-declining");
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press("Control+Enter");
      await result.getByText("Declined. Kept at Hospital Southgate and Laboratory Eastgate.").waitFor();

      const laboratory = await visit();
      await goInAs(laboratory, world.laboratory, "Laboratory");
      await laboratory.page.getByRole("link", { name: "To sign" }).first().click();
      const own = laboratory.page.getByRole("region", { name: "Your organisation's, waiting for others" });
      await own.getByText(/Declined by Dr\. Ada Southgate, Hospital Southgate/).waitFor();
      await own.getByText(`Why: ${reason}`).waitFor();
      await shoot(laboratory.page, "to-sign-laboratory");
      expect(await axeViolations(laboratory.page)).toEqual([]);

      const patient = rosa.page;
      await patient.reload();
      await patient.getByText("Laboratory", { exact: true }).click();
      const seen = patient
        .getByRole("listitem")
        .filter({ hasText: /Declined\s+by Hospital Southgate\. It stays preliminary\./ });
      await seen.locator("summary").first().click();
      await seen.getByText(`Why: ${reason}`).waitFor();
      await shoot(patient, "patient-declined");
      expect(await axeViolations(patient)).toEqual([]);
      expect([...rosa.faults, ...doctor.faults, ...laboratory.faults]).toEqual([]);
    },
    LONG,
  );
});
