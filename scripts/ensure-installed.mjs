// Installs what package-lock.json names before the first command needs it: `prestart` and `pretest` run this
// with whatever Node the machine has (20 or newer), so it is plain JavaScript without dependencies. What follows
// runs on the Node that the devDependency `node` brings: npm puts node_modules/.bin first in PATH.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCKFILE = join(ROOT, "package-lock.json");
const MODULES = join(ROOT, "node_modules");
const MARKER = join(MODULES, ".package-lock.json");
const NODE_PACKAGE = join(MODULES, "node");
const NODE_BINARY = join(NODE_PACKAGE, "bin", process.platform === "win32" ? "node.exe" : "node");

/**
 * `npm ci` refuses a lockfile whose optional packages of other platforms could not all be resolved; `npm install`
 * takes it and, with registry addresses omitted as they are in ours, leaves it as it was. The log level hides the
 * warnings that an older Node causes before the newer one is there; errors still show.
 */
const INSTALL = [
  "install",
  "--no-audit",
  "--no-fund",
  "--include=dev",
  "--loglevel=error",
  "--omit-lockfile-registry-resolved",
  "--fetch-retries=2",
  "--fetch-retry-mintimeout=2000",
  "--fetch-retry-maxtimeout=5000",
];
const REBUILD_NODE = ["rebuild", "node", "--loglevel=error"];

const OFFLINE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED)\b/;

/** Why an installation is needed, or null. Reads a few small files only: it runs before every start. */
function reasonToInstall() {
  if (!existsSync(MODULES)) return "node_modules is missing";
  if (!existsSync(MARKER)) return "the last installation did not finish";
  if (statSync(LOCKFILE).mtimeMs > statSync(MARKER).mtimeMs)
    return "package-lock.json is newer than node_modules";
  return reasonNodeIsNotReady();
}

function reasonNodeIsNotReady() {
  const wanted = JSON.parse(readFileSync(LOCKFILE, "utf8")).packages?.["node_modules/node"]?.version;
  if (wanted === undefined) return null;
  if (!existsSync(NODE_BINARY)) return `the program of Node ${wanted} is missing`;
  const found = JSON.parse(readFileSync(join(NODE_PACKAGE, "package.json"), "utf8")).version;
  return found === wanted ? null : `Node ${found} is installed, package-lock.json names ${wanted}`;
}

/** Resolves to npm's exit code and what it wrote to standard error. */
function npm(args) {
  const cli = process.env.npm_execpath;
  const isNpm = cli !== undefined && /^npm(-cli)?\.[cm]?js$/.test(basename(cli));
  const [program, all, shell] = isNpm
    ? [process.execPath, [cli, ...args], false]
    : ["npm", args, process.platform === "win32"];
  return new Promise((resolve) => {
    const child = spawn(program, all, { cwd: ROOT, shell, stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    const stopProgress = showProgress();
    child.stderr.on("data", (chunk) => (errors += chunk));
    child.on("error", (error) => {
      stopProgress();
      resolve({ code: 1, errors: `npm could not be started (${error.code}).\n` });
    });
    child.on("close", (code) => {
      stopProgress();
      resolve({ code: code ?? 1, errors });
    });
  });
}

/** One line rewritten every second on a terminal, a plain line every ten seconds elsewhere. Returns what ends it. */
function showProgress() {
  const started = Date.now();
  const terminal = process.stderr.isTTY;
  const timer = setInterval(
    () => {
      const seconds = Math.round((Date.now() - started) / 1000);
      const line = `  installing: ${countInstalled()} packages in place, ${seconds} s`;
      process.stderr.write(terminal ? `\r${line}\u001b[K` : `${line}\n`);
    },
    terminal ? 1_000 : 10_000,
  );
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write("\r\u001b[K");
  };
}

/** Folders directly in node_modules, those of a scope counted one by one. */
function countInstalled() {
  if (!existsSync(MODULES)) return 0;
  let count = 0;
  for (const name of readdirSync(MODULES)) {
    if (name.startsWith(".")) continue;
    count += name.startsWith("@") ? readdirSync(join(MODULES, name)).length : 1;
  }
  return count;
}

function fail(...lines) {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exitCode = 1;
}

async function main() {
  const reason = reasonToInstall();
  if (reason === null) return;
  process.stderr.write(`Installing dependencies: ${reason}. This happens once and takes a minute or two.\n`);
  const started = Date.now();
  const lockfile = readFileSync(LOCKFILE);

  const install = await npm(INSTALL);
  process.stderr.write(install.errors);
  if (!readFileSync(LOCKFILE).equals(lockfile)) {
    writeFileSync(LOCKFILE, lockfile);
    return fail(
      "The installation would have changed package-lock.json, so what it installed is not what the project names.",
      "The lockfile was put back. Bring it in step with the package.json files with `npm install`, and commit it.",
    );
  }
  if (install.code !== 0) {
    return OFFLINE.test(install.errors)
      ? fail(
          "The dependencies could not be installed: the package registry could not be reached.",
          "Connect this machine, or set npm's `registry` or `proxy` to one that it can reach, and run the command again.",
        )
      : fail(
          `The dependencies could not be installed: npm ended with code ${install.code}; its messages are above.`,
        );
  }
  if (reasonNodeIsNotReady() !== null) process.stderr.write((await npm(REBUILD_NODE)).errors);
  const missing = reasonNodeIsNotReady();
  if (missing !== null) {
    return fail(
      `The dependencies are installed, but ${missing}.`,
      "Its package fetches it with an install script: allow these (`npm config get ignore-scripts` must say false), and run the command again.",
    );
  }
  const now = new Date();
  utimesSync(MARKER, now, now);
  process.stderr.write(
    `Installed ${countInstalled()} packages in ${Math.round((Date.now() - started) / 1000)} s.\n`,
  );
}

await main();
