import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BUILD = fileURLToPath(new URL("../build-portal.mjs", import.meta.url));

/** Once, before any file: two files that built the pages at a time would each empty the other's folder, and a node between them would have half of them. */
export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [BUILD]);
}
