import fs from "node:fs";
import { errnoOf, mediumError } from "../storageErrors.ts";
import type { FileSystem, OpenFile } from "./fileSystem.ts";

const FLAGS = { read: "r", write: "r+", create: "wx+" } as const;

/*
 * By the functions that take a callback: a handle of `fs/promises` is an object that watches over its file, and doubles
 * the processor time that a small file takes.
 */

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

function called<T>(begin: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    begin((error, value) => (error === null ? resolve(value) : reject(error)));
  });
}

/** The same for what gives no value: its callback gets nothing at all, or `null`, when it went well. */
function ended(begin: (done: (error?: NodeJS.ErrnoException | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}

const open = (path: string, flags: string): Promise<number> =>
  called((done) => fs.open(path, flags, 0o600, done));
const close = (descriptor: number): Promise<void> => ended((done) => fs.close(descriptor, done));
const sync = (descriptor: number): Promise<void> => ended((done) => fs.fsync(descriptor, done));

/** The machine's own file system. Files are readable for their owner alone. */
export const nodeFileSystem: FileSystem = {
  open: async (path, mode) => new NodeFile(await open(path, FLAGS[mode])),
  rename: (from, to) => ended((done) => fs.rename(from, to, done)),
  remove: (path) => ended((done) => fs.unlink(path, done)),
  makeDirectory: async (path) => {
    try {
      await ended((done) => fs.mkdir(path, { mode: 0o700 }, done));
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
  },
  syncDirectory: async (path) => {
    const descriptor = await open(path, "r");
    try {
      await sync(descriptor);
    } finally {
      await close(descriptor);
    }
  },
  list: (path) => called<string[]>((done) => fs.readdir(path, done)),
};

class NodeFile implements OpenFile {
  readonly #descriptor: number;
  /** A descriptor that was closed may already be another file's. */
  #closed: Promise<void> | null = null;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const from = done;
      const rest = bytes.length - from;
      done += await called<number>((end) => fs.write(this.#open(), bytes, from, rest, position + from, end));
    }
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const from = done;
      const count = await called<number>((end) =>
        fs.read(this.#open(), buffer, from, length - from, position + from, end),
      );
      if (count === 0) break;
      done += count;
    }
    return buffer.subarray(0, done);
  }

  async size(): Promise<number> {
    return (await called<fs.Stats>((done) => fs.fstat(this.#open(), done))).size;
  }

  async truncate(size: number): Promise<void> {
    await ended((done) => fs.ftruncate(this.#open(), size, done));
  }

  async sync(): Promise<void> {
    await sync(this.#open());
  }

  async dataSync(): Promise<void> {
    await ended((done) => fs.fdatasync(this.#open(), done));
  }

  close(): Promise<void> {
    return (this.#closed ??= close(this.#descriptor));
  }

  /** Throws `storage-failed` once the file is closed. */
  #open(): number {
    if (this.#closed !== null) throw mediumError(null, "closed-file");
    return this.#descriptor;
  }
}
