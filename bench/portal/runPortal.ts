import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import type { Browser, Page } from "playwright-core";
import { launchChromium, newVisitor, type Visitor } from "../../e2e/pages/chromium.ts";
import { findChromium } from "../../e2e/pages/findChromium.ts";
import { type DemoRole, goInAs } from "../../e2e/pages/goInAs.ts";
import { importBundle } from "../../e2e/pages/importBundle.ts";
import { type PortalWorld, startPortalWorld } from "../../e2e/pages/portalWorld.ts";
import type { Progress } from "../run/progress.ts";
import type { Row, Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
import { longFrames } from "./longFrames.ts";

const BUILD = fileURLToPath(new URL("../../scripts/build-portal.mjs", import.meta.url));
/** A record takes some thousandths of a second here; what hangs is to end all the same. */
const PATIENCE = 300_000;
/** Resources for each encounter that the generator makes, some. */
const PER_ENCOUNTER = 6.5;

/** The pages in a real Chromium on the demo's consortium, whose patient has `records` records more. */
export async function runPortal({ records }: Settings, progress: Progress): Promise<readonly Table[]> {
  const chromium = findChromium();
  if (chromium === null) return [skipped()];
  await promisify(execFile)(process.execPath, [BUILD]);
  const encounters = Math.max(1, Math.round(records / PER_ENCOUNTER));
  const bundle = JSON.parse(generatePatientBundle({ seed: "portal bench", encounters })) as object;
  const world = await progress.stage("portal: the demo's consortium", async () => startPortalWorld());
  const browser = await launchChromium(chromium);
  try {
    await progress.stage(`portal: import of ${encounters} encounters`, async () =>
      importBundle(world, bundle),
    );
    const rows = [
      ...(await progress.stage("portal: first page", async () => firstPage(browser, world))),
      ...(await progress.stage("portal: patient", async () => patient(browser, world))),
      ...(await progress.stage("portal: doctor", async () => doctor(browser, world))),
    ];
    return [
      {
        bench: "portal",
        title: `The portal's pages, ${encounters} encounters`,
        rows,
        notes: [
          "Chromium without a head, three nodes, the chain and the bench on this machine: all share its cores.",
          "A long frame took more than 50 ms while the whole list was scrolled through, half a window a frame.",
        ],
      },
    ];
  } finally {
    await browser.close();
    await world.stop();
  }
}

async function firstPage(browser: Browser, world: PortalWorld): Promise<readonly Row[]> {
  const { page, context } = await newVisitor(browser, world.origins);
  const rows: Row[] = [];
  for (const what of ["first page, nothing kept", "first page again"]) {
    const begin = performance.now();
    await page.goto(world.north);
    await page
      .getByRole("button", { name: /^Go in as / })
      .first()
      .waitFor();
    rows.push({ what, ms: performance.now() - begin });
  }
  await context.close();
  return rows;
}

async function patient(browser: Browser, world: PortalWorld): Promise<readonly Row[]> {
  const { page, context } = await goneIn(browser, world, world.north, "Patient");
  const rows: Row[] = [];
  const begin = performance.now();
  await page.getByRole("link", { name: "Records" }).first().click();
  await page.locator("details > summary").first().waitFor();
  rows.push({ what: "patient: first entries", ms: performance.now() - begin });
  const count = page.getByText(/^[\d,]+ entr(y|ies)$/);
  await count.waitFor();
  rows.push({ what: `patient: all records, ${await count.innerText()}`, ms: performance.now() - begin });
  rows.push(...(await scrolled(page, "patient")));
  await context.close();
  return rows;
}

async function doctor(browser: Browser, world: PortalWorld): Promise<readonly Row[]> {
  const { page, context } = await goneIn(browser, world, world.south, "Doctor");
  const rows: Row[] = [];
  const gone = performance.now();
  // All invented people are called something with Test.
  const name = page.getByRole("link", { name: /\bTest/ }).first();
  await name.waitFor();
  rows.push({ what: "doctor: the patient's name, after going in", ms: performance.now() - gone });
  const begin = performance.now();
  await name.click();
  await page.locator("details > summary").first().waitFor();
  rows.push({ what: "doctor: first entries of the chart", ms: performance.now() - begin });
  await page.getByText(/^Opening/).waitFor({ state: "hidden" });
  rows.push({ what: "doctor: whole chart", ms: performance.now() - begin });
  rows.push(...(await scrolled(page, "doctor")));
  await context.close();
  return rows;
}

async function scrolled(page: Page, who: string): Promise<readonly Row[]> {
  const { frames, long, longest } = await longFrames(page);
  return [
    { what: `${who}: scrolling, longest of ${frames} frames`, ms: longest },
    { what: `${who}: long frames`, frames: long },
  ];
}

async function goneIn(
  browser: Browser,
  world: PortalWorld,
  portal: string,
  role: DemoRole,
): Promise<Visitor> {
  const visitor = await newVisitor(browser, world.origins);
  visitor.page.setDefaultTimeout(PATIENCE);
  await goInAs(visitor, portal, role);
  return visitor;
}

function skipped(): Table {
  return {
    bench: "portal",
    title: "The portal's pages: NOT MEASURED",
    rows: [],
    notes: ["There is no Chromium: npm run setup:chromium installs one."],
  };
}
