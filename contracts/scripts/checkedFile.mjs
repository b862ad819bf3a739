import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/**
 * Writes a file that is derived from others. With `check` nothing is written: when the file there is another one, `complaint`
 * goes to standard error and the program ends with 1.
 */
export function checkedFile({ file, text, check, complaint }) {
  if (readIfThere(file) === text) return;
  if (check) {
    process.stderr.write(`${complaint}\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
