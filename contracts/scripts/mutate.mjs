// Changes the contracts in small ways, one at a time, and counts what the tests notice: `npm run mutate -w contracts`. The changes
// are Slither's (slither-mutate); `npm run setup:audit` brings it. Exit code 1 when fewer than 90 % are noticed.
//   --each <n>      changes of each file, spread over it (60)
//   --minutes <n>   no new one begins later than this (60)
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { CONTRACTS, forgeFolder } from "./forge.mjs";
import { oneNameForEachFile } from "./oneNameForEachFile.mjs";

const LEAST = 0.9;
const WORK = join(CONTRACTS, "cache", "mutation");
const PYTHON = join(CONTRACTS, "..", ".audit", process.platform === "win32" ? "Scripts" : "bin", "python");
const COPIED = ["src", "test", "foundry.toml", "solc.mjs"];
/** Who may do what, and the tests of it. */
const TARGETS = {
  "src/Consents.sol": "test/{unit/Consents,fuzz/ConsentLists}.t.sol",
  "src/Owners.sol": "test/{unit,vectors}/Owners.t.sol",
  "src/Records.sol": "test/unit/{Records,Amendments,Endorsements,Erasures}.t.sol",
  "src/records/BatchAnchors.sol": "test/unit/{Records,Amendments}.t.sol",
  "src/Receipts.sol": "test/{unit/Receipts,fuzz/LogHeads}.t.sol",
  "src/Directory.sol": "test/{unit/Directory,fuzz/Governance}.t.sol",
  "src/base/SignedIntents.sol": "test/{unit/Records,unit/Receipts,fuzz/Signatures}.t.sol",
  "src/base/MemberIntents.sol": "test/unit/{Records,Receipts,Pauses}.t.sol",
  "src/lib/Decide.sol": "test/unit/Decide.t.sol",
  "src/lib/Signature.sol": "test/{unit/Consents,unit/Receipts,unit/Policy,fuzz/Signatures}.t.sol",
};
/** What runs once for each change has to compile quickly; without the optimiser contracts are larger than a chain takes. */
const ENVIRONMENT = {
  ...process.env,
  ...oneNameForEachFile(),
  PATH: [forgeFolder(), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
  FOUNDRY_OPTIMIZER: "false",
  FOUNDRY_CODE_SIZE_LIMIT: "200000",
  FOUNDRY_DYNAMIC_TEST_LINKING: "true",
  FOUNDRY_FUZZ_RUNS: "64",
  FOUNDRY_EXTRA_OUTPUT: "[]",
  FOUNDRY_LINT_LINT_ON_BUILD: "false",
};

const { values } = parseArgs({
  options: { each: { type: "string", default: "60" }, minutes: { type: "string", default: "60" } },
});

const digest = (mutant) => createHash("sha256").update(JSON.stringify(mutant)).digest("hex");

/** Those of each file in an order that looks random and is the same each time, so that the first ones are a fair sample. */
function sampled(mutants) {
  const ordered = mutants
    .map((mutant) => ({ ...mutant, place: digest(mutant) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const taken = Object.keys(TARGETS).flatMap((file) =>
    ordered.filter((mutant) => mutant.file === file).slice(0, Number(values.each)),
  );
  return taken.sort((a, b) => (a.place < b.place ? -1 : 1));
}

function listMutants() {
  const folder = join(WORK, "list");
  const run = spawnSync(PYTHON, [join("audit", "list_mutants.py"), ...Object.keys(TARGETS)], {
    cwd: CONTRACTS,
    env: { ...ENVIRONMENT, FOUNDRY_OUT: join(folder, "out"), FOUNDRY_CACHE_PATH: join(folder, "cache") },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status === 0) return JSON.parse(run.stdout);
  process.stderr.write(`${run.stderr ?? ""}\nNo changes could be made: is the audit set up (npm run setup:audit)?\n`);
  return process.exit(1);
}

/** A copy of the project of its own, with the vectors where its tests look for them. */
function workerFolder(number) {
  const folder = join(WORK, `worker-${number}`);
  for (const name of COPIED) cpSync(join(CONTRACTS, name), join(folder, "contracts", name), { recursive: true });
  cpSync(join(CONTRACTS, "..", "vectors"), join(folder, "vectors"), { recursive: true });
  return join(folder, "contracts");
}

/** Resolves to "passed", "failed" or "invalid" (it does not compile). */
function test(folder, tests) {
  return new Promise((resolve) => {
    const args = ["test", "--match-path", tests, "--fail-fast"];
    const child = spawn(join(forgeFolder(), "forge"), args, { cwd: folder, env: ENVIRONMENT });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("close", (code) => {
      if (code === 0) resolve("passed");
      else resolve(output.includes("Compiler run failed") ? "invalid" : "failed");
    });
  });
}

async function tryMutant(folder, { file, start, end, new: changed }) {
  const path = join(folder, file);
  const source = readFileSync(path);
  // Places are those of bytes.
  writeFileSync(path, Buffer.concat([source.subarray(0, start), Buffer.from(changed), source.subarray(end)]));
  const result = await test(folder, TARGETS[file]);
  writeFileSync(path, source);
  return result;
}

rmSync(WORK, { recursive: true, force: true });
mkdirSync(WORK, { recursive: true });
const mutants = listMutants();
const queue = sampled(mutants);
console.log(`${mutants.length} changes, of which ${queue.length} are tried`);
const folders = Array.from({ length: availableParallelism() }, (_, number) => workerFolder(number));
const deadline = Date.now() + Number(values.minutes) * 60_000;
const results = [];

async function work(folder) {
  for (const [file, tests] of Object.entries(TARGETS)) {
    if ((await test(folder, tests)) !== "passed") throw new Error(`The tests of ${file} fail without a change.`);
  }
  for (let mutant = queue.shift(); mutant !== undefined && Date.now() < deadline; mutant = queue.shift()) {
    const result = await tryMutant(folder, mutant);
    results.push({ ...mutant, result });
    if (result === "passed") {
      const { file, line, mutator, old, new: changed } = mutant;
      console.log(`not noticed: ${file}:${line} (${mutator})\n  ${old}\n  ${changed}`);
    }
  }
}

await Promise.all(folders.map(work));
const count = (file, wanted) =>
  results.filter((one) => (file === null || one.file === file) && one.result === wanted).length;
for (const file of [...Object.keys(TARGETS), null]) {
  const [noticed, unnoticed] = [count(file, "failed"), count(file, "passed")];
  const share = ((100 * noticed) / Math.max(1, noticed + unnoticed)).toFixed(1);
  console.log(`${file ?? "all"}: ${noticed} of ${noticed + unnoticed} noticed, ${share} %`);
}
console.log(`${count(null, "invalid")} did not compile; ${queue.length} were not reached in time`);
const [noticed, unnoticed] = [count(null, "failed"), count(null, "passed")];
if (noticed === 0 || noticed < LEAST * (noticed + unnoticed)) {
  console.error(`At least ${100 * LEAST} % have to be noticed.`);
  process.exitCode = 1;
}
