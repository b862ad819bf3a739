// `npm run setup:geth`: builds the geth that `npm run test:geth` runs. Needs Go; a few minutes, once a machine.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setPriority } from "node:os";
import {
  findGeth,
  GETH_MODULE,
  GETH_VERSION,
  gethFolder,
} from "../packages/ledger/src/evm/geth/gethProgram.ts";

/** Go 1.23 and newer refuse what a dependency of this release links to, without the flag. */
const INSTALL = ["install", "-ldflags=-checklinkname=0", GETH_MODULE];

/** Resolves to the exit code, or to null when there is no Go. */
function go(folder) {
  return new Promise((resolve) => {
    const child = spawn("go", INSTALL, { stdio: "inherit", env: { ...process.env, GOBIN: folder } });
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code ?? 1));
    // The machine stays usable meanwhile.
    if (child.pid !== undefined) setPriority(child.pid, 10);
  });
}

function fail(...lines) {
  console.error(lines.join("\n"));
  process.exitCode = 1;
}

const found = findGeth();
if (found !== null) {
  console.log(`geth is there: ${found}`);
} else {
  const folder = gethFolder();
  mkdirSync(folder, { recursive: true });
  console.log(`Building geth ${GETH_VERSION} into ${folder}: some minutes, once on this machine.`);
  const code = await go(folder);
  if (code === null) {
    fail(
      "geth is built with Go, and there is no Go on this machine.",
      "Install Go 1.21 or newer (https://go.dev/dl), or set ANAMNESIS_GETH to the path of a geth 1.13.15; then run the command again.",
    );
  } else if (code !== 0 || findGeth() === null) {
    fail(
      `geth could not be built: go ended with code ${code}; its messages are above.`,
      "It downloads modules: check that GOPROXY can be reached, and run the command again.",
    );
  } else {
    console.log(`Built: ${findGeth()}`);
  }
}
