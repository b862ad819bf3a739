import type { Browser } from "playwright-core";
import { afterEach } from "vitest";

/** Characters of one page: what is said first says most. */
const MOST = 3000;

/** After a test that failed, what every page of the browser shows by then: a log of a machine far away has nothing else to go by. */
export function sayPagesOfFailures(browser: () => Browser | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const page of browser()
      ?.contexts()
      .flatMap((context) => context.pages()) ?? []) {
      const said = await page
        .locator("body")
        .innerText({ timeout: 2000 })
        .catch(() => "(it does not answer)");
      process.stderr.write(`\n×  ${task.name}\n×  ${page.url()} shows:\n${marked(said)}\n`);
    }
  });
}

function marked(text: string): string {
  const lines = text.slice(0, MOST).split("\n");
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => `   | ${line}`)
    .join("\n");
}
