import { toHex } from "@anamnesis/core/encoding/bytes";
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { FileReceiptLog } from "./fileReceiptLog.ts";

/**
 * A process to be killed: appends to the log of its first argument without end, 64 at a time, and writes index and
 * commitment of each append that was acknowledged to standard output, one a line. Its first line is the head it found.
 */
const [, , path] = process.argv;
const log = await FileReceiptLog.open(path as string, { logId: new Uint8Array(32).fill(1) });
writeSync(1, `${log.head().size} ${log.head().root}\n`);

async function appendForEver(): Promise<never> {
  for (;;) {
    const commitment = randomBytes(32);
    const index = await log.append({ commitment, tag: new Uint8Array(32), sealed: randomBytes(1700) });
    // Synchronous: a line that the parent reads stands for an append that had returned.
    writeSync(1, `${index} ${toHex(commitment)}\n`);
  }
}

await Promise.all(Array.from({ length: 64 }, appendForEver));
