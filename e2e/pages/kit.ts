import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { PortalWorld } from "./portalWorld.ts";

/** The printed kit that the page shows, as it is typed. */
export async function readKit(page: Page): Promise<string> {
  const sheet = page.getByLabel("Your printed kit");
  await sheet.waitFor();
  const groups = await sheet.locator("ol li").allInnerTexts();
  const kit = ["AK1", ...groups].join("-");
  expect(kit).toMatch(/^AK1(-[0-9A-Z]{4}){14}$/);
  return kit;
}

/** Says that it is on paper. */
export async function confirmKit(page: Page, kit: string): Promise<void> {
  await page.getByLabel("Type the last group of the kit").fill(kit.slice(-4).toLowerCase());
  await page.getByRole("button", { name: "I have it on paper" }).click();
}

/** The kit of the patient whose records the demo wrote. */
export async function demoKit({ state }: Pick<PortalWorld, "state">): Promise<string> {
  const folder = join(state, "patients");
  const [first] = (await readdir(folder)).filter((name) => name.endsWith(".recovery-kit")).sort();
  return (await readFile(join(folder, first ?? ""), "utf8")).trim();
}
