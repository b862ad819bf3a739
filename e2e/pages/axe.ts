import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { CDPSession, Page } from "playwright-core";

const SOURCE = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong on the page as it is once it has a heading, in both themes: rule and element, one line each. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  const found: string[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    found.push(...(await violationsNow(page)).map((line) => `${colorScheme}: ${line}`));
  }
  return found;
}

/** One for each page, never detached: with any session of a page goes its virtual authenticator. */
const sessions = new WeakMap<Page, CDPSession>();

/** It runs past the page's own policy, as a tool of the browser does. */
async function violationsNow(page: Page): Promise<readonly string[]> {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  await session.send("Runtime.evaluate", { expression: await readFile(SOURCE, "utf8") });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html.slice(0, 200) + " " + failureSummary)))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return exceptionDetails === undefined ? (result.value as readonly string[]) : [exceptionDetails.text];
}
