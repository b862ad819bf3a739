// `npm run setup:audit`: a Python virtual environment in .audit with Slither and halmos, each package by version and hash as in
// contracts/audit/requirements.txt. Does nothing when it is there. Exit code 0 where the audit can run afterwards.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { isSetUp, MARKER, programOf, REQUIREMENTS, requirementsDigest, VENV } from "./audit/environment.ts";

const CANDIDATES = process.platform === "win32" ? ["py", "python"] : ["python3", "python"];
const CHECK = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

const run = (program, args, stdio = "inherit") => spawnSync(program, args, { stdio }).status === 0;

/** The first Python that is new enough and can make virtual environments; undefined when there is none. */
const findPython = () => CANDIDATES.find((name) => run(name, ["-c", CHECK], "ignore"));

function install(python) {
  rmSync(VENV, { recursive: true, force: true });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
  if (!run(python, ["-m", "venv", VENV]) || !run(programOf("python"), [...pip, "-r", REQUIREMENTS])) {
    console.error("The audit's programs could not be installed: pip's message above says why.");
    return false;
  }
  writeFileSync(MARKER, `${requirementsDigest()}\n`);
  return true;
}

function setUp() {
  if (isSetUp()) return true;
  const python = findPython();
  if (python === undefined) {
    console.error(
      "There is no Python 3.11 or newer with venv on this machine: install one to run the audit.",
    );
    return false;
  }
  return install(python);
}

if (!setUp()) process.exitCode = 1;
