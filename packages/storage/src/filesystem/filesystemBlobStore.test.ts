import { CODEC_RAW, cidOf, parseCid } from "@anamnesis/core/encoding/cid";
import type { Cid } from "@anamnesis/core/ids";
import { describeBlobStore } from "@anamnesis/testkit/storage/blobStoreConformance";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileSystem, OpenFile } from "./fileSystem.ts";
import { FilesystemBlobStore } from "./filesystemBlobStore.ts";
import { nodeFileSystem } from "./nodeFileSystem.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anamnesis-blobs-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pathOf = (cid: Cid): string => join(folder, "blobs", cid.slice(-3, -1), cid);
const temporaries = async (): Promise<number> => (await readdir(join(folder, "tmp"))).length;

async function flipBit(path: string, at: number): Promise<void> {
  const handle = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] = (byte[0] as number) ^ 1;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

describeBlobStore("filesystem", async () => ({
  store: await FilesystemBlobStore.open(folder),
  damage: (cid, at) => flipBit(pathOf(cid), at),
  aside: async (cid) => {
    const names = await readdir(join(folder, "damaged")).catch(() => []);
    return names.filter((name) => name.startsWith(cid)).length;
  },
  leftovers: temporaries,
  dispose: async () => undefined,
}));

const bytes = Buffer.alloc(2048, 3);
const cid = cidOf(bytes, CODEC_RAW);

type Step = "create" | "write" | "sync" | "rename" | "makeDirectory" | "syncDirectory" | "read";

/** The real file system, except that `hook` is called before each step and may reject. */
function hooked(hook: (step: Step, path: string) => void): FileSystem {
  const file = (inner: OpenFile, path: string): OpenFile => ({
    write: async (data, position) => {
      // Half of it reaches the disk before the failure, as on a full one.
      await inner.write(data.subarray(0, data.length / 2), position);
      hook("write", path);
      await inner.write(data, position);
    },
    read: async (position, length) => {
      hook("read", path);
      return inner.read(position, length);
    },
    size: () => inner.size(),
    truncate: (size) => inner.truncate(size),
    sync: async () => {
      hook("sync", path);
      await inner.sync();
    },
    dataSync: () => inner.dataSync(),
    close: () => inner.close(),
  });
  return {
    open: async (path, mode) => {
      if (mode === "create") hook("create", path);
      return file(await nodeFileSystem.open(path, mode), path);
    },
    rename: async (from, to) => {
      hook("rename", to);
      await nodeFileSystem.rename(from, to);
    },
    remove: (path) => nodeFileSystem.remove(path),
    makeDirectory: async (path) => {
      hook("makeDirectory", path);
      await nodeFileSystem.makeDirectory(path);
    },
    syncDirectory: async (path) => {
      hook("syncDirectory", path);
      await nodeFileSystem.syncDirectory(path);
    },
    list: (path) => nodeFileSystem.list(path),
  };
}

describe("a put", () => {
  it("syncs the file, then renames, then syncs the folder, and only then returns", async () => {
    const steps: string[] = [];
    const store = await FilesystemBlobStore.open(folder, {
      fileSystem: hooked((step) => void steps.push(step)),
    });
    steps.length = 0;
    await store.put(cid, bytes);
    expect(steps).toEqual([
      "create",
      "write",
      "sync",
      "makeDirectory",
      "syncDirectory",
      "rename",
      "syncDirectory",
    ]);
  });

  const steps: Step[] = ["create", "write", "sync", "rename", "makeDirectory", "syncDirectory"];
  const errnos = [
    ["ENOSPC", "storage-full"],
    ["EDQUOT", "storage-full"],
    ["EROFS", "storage-read-only"],
    ["EACCES", "storage-read-only"],
    ["EIO", "storage-failed"],
  ] as const;
  it.each(steps.flatMap((step) => errnos.map(([errno, code]) => ({ step, errno, code }))))(
    "that fails at $step with $errno is $code, leaves no temporary file and works when tried again",
    async ({ step, errno, code }) => {
      let failing = false;
      const fileSystem = hooked((current) => {
        if (failing && current === step) throw Object.assign(new RangeError("disk"), { code: errno });
      });
      const store = await FilesystemBlobStore.open(folder, { fileSystem });
      failing = true;
      expect(await codeOf(store.put(cid, bytes))).toBe(code);
      expect(await temporaries()).toBe(0);
      failing = false;
      await store.put(cid, bytes);
      expect(await store.get(cid)).toEqual(new Uint8Array(bytes));
    },
  );

  it("of many into one folder shares the folder's syncs", async () => {
    let syncs = 0;
    const fileSystem = hooked((step) => void (step === "syncDirectory" && syncs++));
    const store = await FilesystemBlobStore.open(folder, { fileSystem });
    await store.put(cid, bytes);
    syncs = 0;
    await Promise.all(Array.from({ length: 64 }, () => store.put(cid, bytes)));
    expect(syncs).toBeLessThan(64);
  });
});

describe("opening", () => {
  it("removes what a crash left and keeps the blobs", async () => {
    const store = await FilesystemBlobStore.open(folder);
    await store.put(cid, bytes);
    await writeFile(join(folder, "tmp", "0"), "half a blob");
    await writeFile(join(folder, "blobs", "notes"), "not ours");
    const again = await FilesystemBlobStore.open(folder);
    expect(await temporaries()).toBe(0);
    expect(await again.get(cid)).toEqual(new Uint8Array(bytes));
  });

  it("gives a code when the folder cannot be made", async () => {
    await writeFile(join(folder, "file"), "");
    expect(await codeOf(FilesystemBlobStore.open(join(folder, "file")))).toBe("storage-failed");
    expect(await codeOf(FilesystemBlobStore.open(join(folder, "none", "deep")))).toBe("storage-failed");
  });
});

describe("a read", () => {
  it("of a blob that was cut short is corrupt", async () => {
    const store = await FilesystemBlobStore.open(folder);
    await store.put(cid, bytes);
    const handle = await open(pathOf(cid), "r+");
    await handle.truncate(100);
    await handle.close();
    expect(await codeOf(store.get(cid))).toBe("blob-corrupt");
  });

  it("that the disk fails has a code, and no path in it", async () => {
    const fileSystem = hooked((step) => {
      if (step === "read") throw Object.assign(new RangeError(folder), { code: "EIO" });
    });
    const store = await FilesystemBlobStore.open(folder, { fileSystem });
    await store.put(cid, bytes);
    const error: unknown = await store.get(cid).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "storage-failed", meta: { operation: "read", errno: "EIO" } });
    expect(String(error) + JSON.stringify(error)).not.toContain(folder);
  });
});

describe("kill -9 while putting", () => {
  it("loses no acknowledged blob and shows no half one", async () => {
    const program = fileURLToPath(new URL("putLoop.testProcess.ts", import.meta.url));
    const child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.split("\n").length > 400) child.kill("SIGKILL");
    });
    await once(child, "close");
    expect(child.signalCode).toBe("SIGKILL");

    const acknowledged = output.slice(0, output.lastIndexOf("\n")).split("\n").map(parseCid);
    expect(acknowledged.length).toBeGreaterThanOrEqual(400);
    const store = await FilesystemBlobStore.open(folder);
    expect(await temporaries()).toBe(0);
    const visible = new Set<Cid>();
    for await (const found of store.list()) visible.add(found);
    for (const found of acknowledged) expect(visible.has(found)).toBe(true);
    for (const found of visible) expect(await store.get(found)).not.toBeNull();
  });
});
