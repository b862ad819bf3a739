// Builds the portal's pages if what they are made of has changed since: `prestart` and the tests of the pages run this. It takes some ten seconds.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PORTAL = join(ROOT, "apps", "portal");
const BUILT = join(PORTAL, "dist", "index.html");
const MARKER = join(ROOT, "node_modules", ".cache", "anamnesis-portal");
const SOURCES = [
  "package-lock.json",
  "apps/portal/build",
  "apps/portal/index.html",
  "apps/portal/public",
  "apps/portal/src",
  "apps/portal/vite.config.ts",
  "packages/api/src",
  "packages/core/src",
  "packages/fhir/src",
  "packages/sdk/src",
  "scripts/build-portal.mjs",
];

/** SHA-256 over path and content of everything that goes into the pages. */
function digestOfSources() {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const file of filesOf(join(ROOT, source))) {
      hash
        .update(`${relative(ROOT, file)}\0`)
        .update(readFileSync(file))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  const entries = (() => {
    try {
      return readdirSync(path, { withFileTypes: true, recursive: true });
    } catch (error) {
      if (error.code === "ENOTDIR") return null;
      throw error;
    }
  })();
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const digest = digestOfSources();
const kept = existsSync(MARKER) ? readFileSync(MARKER, "utf8") : "";
if (kept !== digest || !existsSync(BUILT)) {
  process.stderr.write("Building the portal's pages.\n");
  const started = Date.now();
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  // On the Node that the project brings, whatever runs this.
  const brought = join(ROOT, "node_modules", "node", "bin", "node");
  const child = spawn(
    existsSync(brought) ? brought : process.execPath,
    [vite, "build", "--logLevel", "warn"],
    {
      cwd: PORTAL,
      // A test that builds them has another one, and would get React's development build: half as much again, and slower.
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const code = await new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", resolve);
  });
  if (code === 0) {
    mkdirSync(dirname(MARKER), { recursive: true });
    writeFileSync(MARKER, digest);
    process.stderr.write(`Built in ${Math.round((Date.now() - started) / 1000)} s.\n`);
  } else {
    process.stderr.write("The portal's pages could not be built; its messages are above.\n");
    process.exitCode = 1;
  }
}
