// Measures what each operation costs (test/gas) and writes it to snapshots/gas: `npm run gas -w contracts`. With --check
// nothing is written: exit code 1 when a figure moved, came or went. forge's own check passes over figures that are new.
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkedFile } from "./checkedFile.mjs";
import { CONTRACTS, runForge } from "./forge.mjs";

const MEASURED = join(CONTRACTS, "cache", "gas");
const KEPT = join(CONTRACTS, "snapshots", "gas");

rmSync(MEASURED, { recursive: true, force: true });
process.env.FOUNDRY_SNAPSHOTS = MEASURED;
const measured = runForge(["test", "--match-path", "test/gas/*", "--gas-snapshot-emit=true", "--quiet"]);
if (measured !== 0) process.exit(measured);

const check = process.argv.includes("--check");
for (const file of readdirSync(MEASURED).sort()) {
  const figures = Object.entries(JSON.parse(readFileSync(join(MEASURED, file), "utf8")));
  checkedFile({
    file: join(KEPT, file),
    text: `${JSON.stringify(Object.fromEntries(figures.map(([name, gas]) => [name, Number(gas)])), null, 2)}\n`,
    check,
    complaint: `contracts/snapshots/gas/${file} is not what the operations cost: run npm run gas -w contracts, and look at what moved`,
  });
}
