// Compiles the contracts and writes ABI and creation bytecode where the EVM adapter reads them, so that running a node
// needs no compiler. With --check nothing is written: exit code 1 when the checked-in files are not what the sources give.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { abiModule } from "./abiModule.mjs";
import { CONTRACTS, runForge } from "./forge.mjs";

const NAMES = ["Consortium", "Directory", "Consents", "Records", "Receipts", "Relay"];
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

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

const built = runForge(["build", "--skip", "test", "--quiet"]);
if (built !== 0) process.exit(built);

const check = process.argv.includes("--check");
mkdirSync(TARGET, { recursive: true });
for (const name of NAMES) {
  const file = join(TARGET, `${name.toLowerCase()}.ts`);
  const wanted = moduleOf(name);
  if (readIfThere(file) === wanted) continue;
  if (check) {
    process.stderr.write(`packages/ledger/src/evm/generated/${name.toLowerCase()}.ts is not what ${name}.sol gives: run npm run generate -w contracts\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
  }
}
