import { CODEC_RAW, cidOf } from "@anamnesis/core/encoding/cid";
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { FilesystemBlobStore } from "./filesystemBlobStore.ts";

/**
 * A process to be killed: puts random blobs into the folder of its first argument without end, sixteen at a time, and
 * writes the CID of each put that was acknowledged to standard output, one a line.
 */
const [, , folder] = process.argv;
const store = await FilesystemBlobStore.open(folder as string);

async function putForEver(): Promise<never> {
  for (let round = 0; ; round++) {
    const bytes = randomBytes(round % 20 === 0 ? 200_000 : 2048);
    const cid = cidOf(bytes, CODEC_RAW);
    await store.put(cid, bytes);
    // Synchronous: a line that the parent reads stands for a put that had returned.
    writeSync(1, `${cid}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, putForEver));
