import { readdir, readFile, readlink, symlink, unlink } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { onMedium } from "../onMedium.ts";
import { errnoOf } from "../storageErrors.ts";
import { logError } from "../receiptLog/logErrors.ts";

/** Gives the lock back. */
export type Release = () => Promise<void>;

const RELEASED = "released";
const MAX_ATTEMPTS = 16;

/**
 * An exclusive lock on a path for the life of this process: it does not survive the process, however that ends.
 *
 * The lock is the symbolic link `<path>.lock.<n>` with the greatest n; its target, which is written with it in one step,
 * names the holder by process id, start time and boot, so that neither another process with that id nor one before a
 * restart of the machine counts. n only ever grows: a new holder makes the link after a dead or released one, and drops out
 * when it then sees a greater one; releasing makes the next link, with the target `released`. So of two processes that
 * find the same dead holder one succeeds, however late the other acts.
 *
 * The processes must share the table of processes: on a volume of several containers or machines it locks nothing.
 * Throws `log-locked`, and `storage-…` when the folder cannot be used.
 */
export async function lockForProcess(path: string): Promise<Release> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const number = await onMedium("lock", () => tryLock(path));
    if (number !== null) return () => onMedium("unlock", () => release(path, number));
  }
  throw logError("log-locked");
}

/** The number of our link, or `null` when another process acted meanwhile. */
async function tryLock(path: string): Promise<number | null> {
  const last = Math.max(0, ...(await numbers(path)));
  if (last > 0) {
    const holder = await readlink(linkOf(path, last)).catch((error: unknown) => {
      if (errnoOf(error) === "ENOENT") return null;
      throw error;
    });
    if (holder === null) return null;
    if (holder !== RELEASED && (await isAlive(holder))) throw logError("log-locked");
  }
  const ours = last + 1;
  try {
    await symlink(await ownName(), linkOf(path, ours));
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return null;
    throw error;
  }
  const all = await numbers(path);
  if (Math.max(...all) > ours) {
    await remove(path, ours);
    return null;
  }
  for (const number of all) if (number < ours) await remove(path, number);
  return ours;
}

async function release(path: string, number: number): Promise<void> {
  await symlink(RELEASED, linkOf(path, number + 1));
  await remove(path, number);
}

function linkOf(path: string, number: number): string {
  return `${path}.lock.${number}`;
}

async function numbers(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.lock.`;
  const names = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix));
  return names
    .map((name) => Number(name.slice(prefix.length)))
    .filter((number) => Number.isSafeInteger(number));
}

async function remove(path: string, number: number): Promise<void> {
  await unlink(linkOf(path, number)).catch((error: unknown) => {
    if (errnoOf(error) !== "ENOENT") throw error;
  });
}

async function ownName(): Promise<string> {
  const { started } = await lookUp(process.pid);
  return `${process.pid}.${started}.${await boot()}`;
}

/** A holder that cannot be understood counts as alive: a person has to look. */
async function isAlive(holder: string): Promise<boolean> {
  const [, pidText, started, bootId] = /^([0-9]+)\.([0-9]*)\.([0-9a-f-]*)$/.exec(holder) ?? [];
  if (pidText === undefined) return true;
  if (bootId !== (await boot())) return false;
  const pid = Number(pidText);
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and somebody else's.
    if (errnoOf(error) === "ESRCH") return false;
  }
  const found = await lookUp(pid);
  return found.started === started && !found.ended;
}

/** When a process started, in ticks since boot, and whether it is only waiting to be reaped; both unknown off Linux. */
async function lookUp(pid: number): Promise<{ started: string; ended: boolean }> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the program's name in parentheses and may contain anything; the state is the third.
  const [state = "", ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { started: rest[18] ?? "", ended: state === "Z" || state === "X" };
}

/** Changes with each start of the machine; empty off Linux. */
async function boot(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
}
