import type { FileSystem } from "./fileSystem.ts";

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Group commit of directory syncs: callers that wait for one folder share an fsync that began after all of them had
 * asked, so each sees its own earlier renames durable.
 */
export class DirectorySyncs {
  readonly #fileSystem: FileSystem;
  /** Those who asked while a sync of the folder was under way, by folder; a folder without one is absent. */
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  sync(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(path);
      if (waiting !== undefined) {
        waiting.push({ resolve, reject });
      } else {
        this.#waiting.set(path, [{ resolve, reject }]);
        void this.#drain(path);
      }
    });
  }

  async #drain(path: string): Promise<void> {
    for (;;) {
      const group = this.#waiting.get(path) ?? [];
      if (group.length === 0) break;
      this.#waiting.set(path, []);
      try {
        await this.#fileSystem.syncDirectory(path);
        for (const waiter of group) waiter.resolve();
      } catch (error) {
        for (const waiter of group) waiter.reject(error);
      }
    }
    this.#waiting.delete(path);
  }
}
