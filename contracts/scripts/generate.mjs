// Compiles the contracts and writes ABI and creation bytecode where the EVM adapter reads them, so that running a node
// needs no compiler. With --check nothing is written: exit code 1 when the checked-in files are not what the sources give.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { abiModule } from "./abiModule.mjs";
import { checkedFile } from "./checkedFile.mjs";
import { contractNames } from "./contractNames.mjs";
import { CONTRACTS, runForge } from "./forge.mjs";

const TARGET = join(CONTRACTS, "..", "packages", "ledger", "src", "evm", "generated");

function moduleOf(name) {
  const artifact = JSON.parse(readFileSync(join(CONTRACTS, "out", `${name}.sol`, `${name}.json`), "utf8"));
  return abiModule({
    source: `contracts/src/${name}.sol`,
    generator: "contracts/scripts/generate.mjs",
    name,
    abi: artifact.abi,
    bytecode: artifact.bytecode.object,
  });
}

const built = runForge(["build", "--skip", "test", "--quiet"]);
if (built !== 0) process.exit(built);

const check = process.argv.includes("--check");
for (const name of contractNames()) {
  const module = `${name.toLowerCase()}.ts`;
  checkedFile({
    file: join(TARGET, module),
    text: moduleOf(name),
    check,
    complaint: `packages/ledger/src/evm/generated/${module} is not what ${name}.sol gives: run npm run generate -w contracts`,
  });
}
