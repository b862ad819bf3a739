import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("testing/fullDisk.testProcess.ts", import.meta.url));
/** In a namespace of its own: nothing of it is seen outside, and it goes with its process. */
const IN_NAMESPACE = ["--user", "--map-root-user", "--mount", "sh", "-c"];

/** Whether this machine lets a user mount a file system in memory for a process of its own. */
const mounts = spawnSync("unshare", [...IN_NAMESPACE, "mount -t tmpfs none /mnt"]).status === 0;
if (!mounts) {
  process.stderr.write("\nNo namespaces for users on this machine: NO TEST RUNS ON A FULL DISK.\n\n");
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "full-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.runIf(mounts)("a disk that is full, and then read-only, costs nothing that was acknowledged", () => {
  const script = `mount -t tmpfs -o size=2m none '${folder}' && exec "$0" --disable-warning=ExperimentalWarning "$1" '${folder}'`;
  const output = execFileSync("unshare", [...IN_NAMESPACE, script, process.execPath, PROGRAM]);
  expect(JSON.parse(output.toString("utf8"))).toEqual({
    put: "storage-full",
    unfinished: 0,
    everyBlobWhole: true,
    append: "log-failed",
    acknowledgedSome: true,
    writable: false,
    headIsAcknowledged: true,
    // Blobs go on at once; the log only when it is opened anew, which cuts off what was torn.
    putWithSpace: "no error",
    appendWithSpace: "log-failed",
    reopenedWhole: true,
    appendAfterReopening: "no error",
    putReadOnly: "storage-read-only",
    openLogReadOnly: "storage-read-only",
    // What is there can still be read.
    openReadOnly: "no error",
  });
});
