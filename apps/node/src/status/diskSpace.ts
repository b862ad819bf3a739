import { statfs } from "node:fs/promises";
import type { DiskSpace } from "./nodeStatus.ts";

/** Of the disk on which a folder lies; `null` where the system does not say. */
export async function diskSpace(folder: string): Promise<DiskSpace | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return null;
  }
}
