import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), "ensure-installed.mjs");
const LOCKFILE = JSON.stringify({ packages: { "node_modules/node": { version: "24.0.1" } } });
const BINARY = process.platform === "win32" ? "node.exe" : "node";

/** Programs in npm's place, which the script starts by `npm_execpath`: the real one would need a registry. */
const NPM = {
  installs: `
    const { mkdirSync, writeFileSync } = require("node:fs");
    mkdirSync("node_modules/node/bin", { recursive: true });
    writeFileSync("node_modules/.package-lock.json", "{}");
    writeFileSync("node_modules/node/package.json", JSON.stringify({ version: "24.0.1" }));
    if (process.argv[2] === "rebuild" || process.env.TEST_SKIPS_NODE === undefined)
      writeFileSync("node_modules/node/bin/${BINARY}", "");
    require("node:fs").appendFileSync("calls", process.argv[2] + "\\n");`,
  skipsScripts: `
    const { mkdirSync, writeFileSync } = require("node:fs");
    mkdirSync("node_modules/node", { recursive: true });
    writeFileSync("node_modules/.package-lock.json", "{}");
    writeFileSync("node_modules/node/package.json", JSON.stringify({ version: "24.0.1" }));`,
  changesLockfile: `require("node:fs").writeFileSync("package-lock.json", "{}");`,
  isOffline: `console.error("npm error code ENOTFOUND"); process.exitCode = 1;`,
  fails: `console.error("npm error code ERESOLVE"); process.exitCode = 7;`,
};

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "anamnesis-install-"));
  await mkdir(join(root, "scripts"));
  await mkdir(join(root, "npm"));
  await copyFile(SCRIPT, join(root, "scripts/ensure-installed.mjs"));
  await writeFile(join(root, "package-lock.json"), LOCKFILE);
});

afterEach(() => rm(root, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly errors: string;
}

async function run(npm: keyof typeof NPM, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const cli = join(root, "npm/npm-cli.cjs");
  await writeFile(cli, NPM[npm]);
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...env, npm_execpath: cli } };
    execFile(process.execPath, [join(root, "scripts/ensure-installed.mjs")], options, (error, _, errors) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, errors });
    });
  });
}

test("installs when node_modules is missing, and is silent afterwards", async () => {
  const first = await run("installs");
  expect(first.code).toBe(0);
  expect(first.errors).toContain("Installing dependencies: node_modules is missing.");
  expect(await run("fails")).toEqual({ code: 0, errors: "" });
});

test("installs when the lockfile is newer, when an installation broke off and when Node is another one", async () => {
  await run("installs");
  const marker = join(root, "node_modules/.package-lock.json");
  const before = new Date((await stat(join(root, "package-lock.json"))).mtimeMs - 1_000);
  await utimes(marker, before, before);
  expect((await run("installs")).errors).toContain("package-lock.json is newer than node_modules");

  await rm(marker);
  expect((await run("installs")).errors).toContain("the last installation did not finish");

  await writeFile(join(root, "node_modules/node/package.json"), JSON.stringify({ version: "24.0.0" }));
  expect((await run("installs")).errors).toContain(
    "Node 24.0.0 is installed, package-lock.json names 24.0.1",
  );

  await rm(join(root, "node_modules/node/bin", BINARY));
  expect((await run("installs")).errors).toContain("the program of Node 24.0.1 is missing");
  expect(await run("fails")).toEqual({ code: 0, errors: "" });
});

test("rebuilds Node when installing alone does not bring its program", async () => {
  expect((await run("installs", { TEST_SKIPS_NODE: "1" })).code).toBe(0);
  expect(await readFile(join(root, "calls"), "utf8")).toBe("install\nrebuild\n");
});

test("says how to allow install scripts when Node's program stays missing", async () => {
  const { code, errors } = await run("skipsScripts");
  expect(code).toBe(1);
  expect(errors).toContain("ignore-scripts");
});

test("puts a changed lockfile back and fails", async () => {
  const { code, errors } = await run("changesLockfile");
  expect(code).toBe(1);
  expect(errors).toContain("would have changed package-lock.json");
  expect(await readFile(join(root, "package-lock.json"), "utf8")).toBe(LOCKFILE);
});

test("tells an unreachable registry from another failure", async () => {
  const offline = await run("isOffline");
  expect(offline.code).toBe(1);
  expect(offline.errors).toContain("the package registry could not be reached");
  const other = await run("fails");
  expect(other.code).toBe(1);
  expect(other.errors).toContain("npm error code ERESOLVE");
  expect(other.errors).toContain("npm ended with code 7");
});
