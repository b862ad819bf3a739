import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Bytes that a file or all files below a folder take on the disk, in whole blocks; 0 when there is none. */
export async function sizeOnDisk(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return 0;
  if (!stats.isDirectory()) return stats.blocks * 512;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOnDisk(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, stats.blocks * 512);
}
