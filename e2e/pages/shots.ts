import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Where screenshots go, for looking at: `ANAMNESIS_SCREENSHOTS`, or nowhere. */
const FOLDER = process.env["ANAMNESIS_SCREENSHOTS"];
const WIDTHS = [390, 820, 1280] as const;

/** A phone, and a window of 1280 at 200 % zoom: there, as in its own width, nothing of a page lies beside the window. */
const NARROW = [390, 640] as const;

/** What makes the page wider than the window; nothing when one need not scroll sideways. */
const BESIDE = `(() => {
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth <= innerWidth) return [];
  const beyond = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5);
  return [scrollWidth + " px in a window of " + innerWidth + ": " + beyond.slice(-3).map(({ outerHTML }) => outerHTML.slice(0, 120)).join(" ")];
})()`;

/** The page in both themes and three widths, which are screenshots with a folder; in every case it has to fit into narrow windows. */
export async function shoot(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  const height = before?.height ?? 900;
  const beside = async (): Promise<readonly string[]> => page.evaluate(BESIDE);
  const wide = [...(await beside())];
  for (const width of NARROW) {
    await page.setViewportSize({ width, height });
    wide.push(...(await beside()));
  }
  if (before !== null) await page.setViewportSize(before);
  expect({ page: name, wide }).toEqual({ page: name, wide: [] });
  if (FOLDER === undefined) return;
  await mkdir(FOLDER, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(FOLDER, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  if (before !== null) await page.setViewportSize(before);
}
