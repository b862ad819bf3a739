// `npm run setup:chromium`: the browser that the tests of the portal's pages drive, from the system's own packages (Debian and its kin).
import { spawnSync } from "node:child_process";
import { findChromium } from "../e2e/pages/findChromium.ts";

const PACKAGE = "chromium";

function say(...lines) {
  process.stderr.write(`${lines.join("\n")}\n`);
}

if (findChromium() !== null) {
  say(`There is a Chromium: ${findChromium()}.`);
} else if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) {
  say(
    "There is no Chromium, and it cannot be installed from here.",
    `Install it (Debian: \`sudo apt-get install ${PACKAGE}\`), or name one with ANAMNESIS_CHROMIUM.`,
  );
  process.exitCode = 1;
} else {
  say("Installing Chromium from the system's packages. This takes a minute.");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (...args) => spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] }).status;
  const install = ["install", "-y", "--no-install-recommends", PACKAGE];
  // The lists of packages may be missing or old: they are fetched when it does not work without.
  if (run(...install) !== 0) {
    run("update");
    run(...install);
  }
  if (findChromium() === null) {
    say("Chromium could not be installed; the messages are above.");
    process.exitCode = 1;
  }
}
