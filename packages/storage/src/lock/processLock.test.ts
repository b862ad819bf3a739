import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockForProcess, type Release } from "./processLock.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "anamnesis-lock-"));
  path = join(folder, "log");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The target of a lock that this process holds. */
async function ownTarget(): Promise<string> {
  const release = await lockForProcess(path);
  const [name] = await readdir(folder);
  const target = await readlink(join(folder, name as string));
  await release();
  await rm(join(folder, `log.lock.2`));
  return target;
}

const plant = (target: string): Promise<void> => symlink(target, `${path}.lock.7`);

describe("lockForProcess", () => {
  it("is held once, and again after it was given back", async () => {
    const release = await lockForProcess(path);
    expect(await codeOf(lockForProcess(path))).toBe("log-locked");
    await release();
    await (
      await lockForProcess(path)
    )();
    expect(await readdir(folder)).toHaveLength(1);
  });

  it("goes to one of many that find a dead holder", async () => {
    await plant("4194305.1.");
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => lockForProcess(path)));
    const held = results.filter(
      (result): result is PromiseFulfilledResult<Release> => result.status === "fulfilled",
    );
    expect(held).toHaveLength(1);
    await held[0]?.value();
    expect(await readdir(folder)).toHaveLength(1);
  });

  it("counts another process with the same id, or one before a restart, as dead", async () => {
    const [pid, started, boot] = (await ownTarget()).split(".") as [string, string, string];
    await plant(`${pid}.${started}.${boot}`);
    expect(await codeOf(lockForProcess(path))).toBe("log-locked");
    for (const target of [
      `${pid}.${Number(started) - 1}.${boot}`,
      `${pid}.${started}.00000000-0000-0000-0000-000000000000`,
      `4194305.${started}.${boot}`,
    ]) {
      await rm(`${path}.lock.7`, { force: true });
      await plant(target);
      await (
        await lockForProcess(path)
      )();
      await rm(`${path}.lock.9`);
    }
  });

  it("counts a killed process that nobody has reaped as dead, and a living one as alive", async () => {
    const [, , boot] = (await ownTarget()).split(".") as [string, string, string];
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    await once(child, "spawn");
    const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    await plant(`${child.pid}.${started}.${boot}`);
    expect(await codeOf(lockForProcess(path))).toBe("log-locked");
    child.kill("SIGKILL");
    await once(child, "close");
    await (
      await lockForProcess(path)
    )();
  });

  it("leaves a lock that it does not understand to a person", async () => {
    await plant("something else");
    expect(await codeOf(lockForProcess(path))).toBe("log-locked");
  });

  it("has the medium's code where there is no folder", async () => {
    expect(await codeOf(lockForProcess(join(folder, "none", "log")))).toBe("storage-failed");
  });
});
