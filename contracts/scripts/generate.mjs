// Compiles the contracts and writes ABI and creation bytecode where the EVM adapter reads them, so that running a node
// needs no compiler. With --check nothing is written: exit code 1 when the checked-in files are not what the sources give.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { abiModule } from "./abiModule.mjs";
import { checkedFile } from "./checkedFile.mjs";
import { contractNames } from "./contractNames.mjs";
import { CONTRACTS, runForge } from "./forge.mjs";

/** What the tests of the EVM adapter run, and no node. */
const TEST_NAMES = ["DecideHarness"];
const EVM = join("packages", "ledger", "src", "evm");
const MODULES = [
  ...contractNames().map((name) => ({ name, source: `contracts/src/${name}.sol`, folder: join(EVM, "generated") })),
  ...TEST_NAMES.map((name) => ({
    name,
    source: `contracts/test/support/${name}.sol`,
    folder: join(EVM, "testing", "generated"),
  })),
];

function moduleOf(name, source) {
  const artifact = JSON.parse(readFileSync(join(CONTRACTS, "out", `${name}.sol`, `${name}.json`), "utf8"));
  return abiModule({
    source,
    generator: "contracts/scripts/generate.mjs",
    name,
    abi: artifact.abi,
    bytecode: artifact.bytecode.object,
  });
}

const built = runForge(["build", "--skip", "test", "--quiet"]);
if (built !== 0) process.exit(built);

const check = process.argv.includes("--check");
for (const { name, source, folder } of MODULES) {
  const path = join(folder, `${name.toLowerCase()}.ts`);
  checkedFile({
    file: join(CONTRACTS, "..", path),
    text: moduleOf(name, source),
    check,
    complaint: `${path} is not what ${source} gives: run npm run generate -w contracts`,
  });
}
