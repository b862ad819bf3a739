import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";

const FOLDER = process.env["ANAMNESIS_SCREENSHOTS"];

/** Notes in the page what is on the paper when it was printed. */
const NOTE = `(() => {
  globalThis.onPaper = null;
  addEventListener("afterprint", () => {
    const paper = document.querySelector("body > .paper");
    if (paper === null) return;
    globalThis.onPaper = { text: paper.textContent, entries: paper.querySelectorAll("article").length };
  }, { once: true });
})()`;

/** Has the page note what is on the paper when a button prints it: a browser without a screen opens no dialog. */
export const NOTE_BUTTON = `globalThis.print = () => {
  const pictures = [...document.querySelectorAll(".paper img")].filter((picture) => picture.naturalWidth > 0);
  globalThis.onPaper = { entries: document.querySelectorAll(".paper article").length, pictures: pictures.length };
}`;

/** Prints the page as the browser's menu does. @returns the text and the number of entries that were on the paper; `null`: there was none. */
export async function printOut(
  page: Page,
  name: string,
): Promise<{ readonly text: string; readonly entries: number } | null> {
  await page.evaluate(NOTE);
  const pdf = await page.pdf();
  if (FOLDER !== undefined) {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(join(FOLDER, `${name}.pdf`), pdf);
  }
  return page.evaluate<{ readonly text: string; readonly entries: number } | null>("globalThis.onPaper");
}

/** Of the page on paper: how much of navigation and how many buttons can be seen. */
export async function seenOnPaper(page: Page): Promise<number> {
  await page.evaluate(`dispatchEvent(new Event("beforeprint"))`);
  await page.emulateMedia({ media: "print" });
  const seen = await page.locator("nav:visible, button:visible, a:visible, input:visible").count();
  await page.emulateMedia({ media: "screen" });
  await page.evaluate(`dispatchEvent(new Event("afterprint"))`);
  return seen;
}
