/**
 * What the adapters on disk need of a file system: small, so that a simulator can stand in and lose power, fill up or
 * tear a write at any step. Every method rejects with an `Error` whose `code` is the POSIX name (`ENOENT`, `ENOSPC`, …).
 */
export interface FileSystem {
  /**
   * `read`: an existing file. `write`: an existing file, for reading and writing. `create`: a new, empty one for
   * reading and writing; rejects with `EEXIST` when something is there.
   */
  open(path: string, mode: "read" | "write" | "create"): Promise<OpenFile>;
  /** Replaces `to` at once: others see the old file or the new one. Durable after `syncDirectory` of both folders. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Succeeds when it is there; its parent has to be.  Durable after `syncDirectory` of the parent. */
  makeDirectory(path: string): Promise<void>;
  /** fsync of the folder: names that were created, renamed or removed in it before are durable. */
  syncDirectory(path: string): Promise<void>;
  /** Names in a folder, in no order. */
  list(path: string): Promise<readonly string[]>;
}

export interface OpenFile {
  /** Writes all of `bytes` at `position`; after a rejection any part of them may be there. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Up to `length` bytes from `position`: fewer only where the file ends. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** Bytes. */
  size(): Promise<number>;
  truncate(size: number): Promise<void>;
  /** fsync: contents and size are durable. */
  sync(): Promise<void>;
  /** fdatasync: contents, and the size that is needed to read them, are durable. */
  dataSync(): Promise<void>;
  close(): Promise<void>;
}
