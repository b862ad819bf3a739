// Runs on a small file system of its own, whose folder is the argument: fills it, frees space, and says what was seen.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CODEC_RAW, cidOf } from "@anamnesis/core/encoding/cid";
import { AnamnesisError } from "@anamnesis/core/errors";
import { FilesystemBlobStore } from "../filesystem/filesystemBlobStore.ts";
import { FileReceiptLog } from "../receiptLog/fileReceiptLog.ts";

const folder = process.argv[2] ?? "";
const logId = new Uint8Array(32).fill(1);
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (error: unknown) => (error instanceof AnamnesisError ? String(error.code) : "not an error of ours"),
  );
const entry = (): Parameters<FileReceiptLog["append"]>[0] => ({
  commitment: randomBytes(32),
  sealed: randomBytes(3000),
  tag: randomBytes(32),
});
const blob = (): Uint8Array => randomBytes(100_000);
const put = (store: FilesystemBlobStore, bytes = blob()): Promise<void> =>
  store.put(cidOf(bytes, CODEC_RAW), bytes);
const openLog = (): Promise<FileReceiptLog> => FileReceiptLog.open(join(folder, "receipts.log"), { logId });
const said: Record<string, unknown> = {};

const ballast = join(folder, "ballast");
await writeFile(ballast, new Uint8Array(400_000));
const store = await FilesystemBlobStore.open(join(folder, "blobs"));
let kept = 0;
for (;;) {
  said["put"] = await codeOf(put(store));
  if (said["put"] !== "no error") break;
  kept++;
}
said["unfinished"] = (await readdir(join(folder, "blobs", "tmp"))).length;
let whole = 0;
for await (const cid of store.list()) if ((await store.get(cid)) !== null) whole++;
said["everyBlobWhole"] = whole === kept;

const log = await openLog();
let acknowledged = 0;
for (;;) {
  said["append"] = await codeOf(log.append(entry()));
  if (said["append"] !== "no error") break;
  acknowledged++;
}
said["acknowledgedSome"] = acknowledged > 0;
said["writable"] = log.writable();
said["headIsAcknowledged"] = log.head().size === acknowledged;

await rm(ballast);
said["putWithSpace"] = await codeOf(put(store));
said["appendWithSpace"] = await codeOf(log.append(entry()));
await log.close();
const again = await openLog();
said["reopenedWhole"] = again.head().size === acknowledged;
said["appendAfterReopening"] = await codeOf(again.append(entry()));

// A file that is open for writing keeps the kernel from doing it.
await again.close();
execFileSync("mount", ["-o", "remount,ro", folder]);
said["putReadOnly"] = await codeOf(put(store));
said["openLogReadOnly"] = await codeOf(openLog());
said["openReadOnly"] = await codeOf(FilesystemBlobStore.open(join(folder, "blobs")));
process.stdout.write(JSON.stringify(said));
