import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";

/**
 * The thread of an `Alarm`: it sleeps until the time that stands in the shared cell, takes it out and says so. The cell holds nanoseconds of `process.hrtime.bigint()`, which all threads of a process share; 0 is no
 * time.
 */

const NANOSECONDS = 1e6;
const cell = new BigInt64Array(workerData as SharedArrayBuffer);

for (;;) {
  const due = Atomics.load(cell, 0);
  if (due === 0n) {
    Atomics.wait(cell, 0, due);
    continue;
  }
  const left = Number(due - process.hrtime.bigint()) / NANOSECONDS;
  // Wakes sooner when the cell was set anew.
  if (left > 0) Atomics.wait(cell, 0, due, left);
  else if (Atomics.compareExchange(cell, 0, due, 0n) === due) parentPort?.postMessage(null, []);
}
