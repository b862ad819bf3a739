import process from "node:process";
import { findChromium } from "./findChromium.ts";

/** The browser of a test file; `null`, said loudly, where there is none: without a word a file that tests nothing looks like one that passed. @param what is not tested then. */
export function testedChromium(what: string): string | null {
  const chromium = findChromium();
  if (chromium === null) {
    process.stderr.write(
      `\nThere is no Chromium on this machine (\`npm run setup:chromium\`): ${what} IS NOT TESTED.\n\n`,
    );
  }
  return chromium;
}
