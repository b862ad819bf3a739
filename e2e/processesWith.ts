import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";

/** Names of processes' command lines that mention `needle`: what a demo must not leave behind. */
export async function processesWith(needle: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(join("/proc", pid, "cmdline"), "utf8").catch(() => "");
    const environment = await readFile(join("/proc", pid, "environ"), "utf8").catch(() => "");
    if ((line + environment).includes(needle) && Number(pid) !== process.pid) found.push(line);
  }
  return found;
}
