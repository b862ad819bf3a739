import type { Queryable } from "@anamnesis/core/ports/database";
import type { NewVersion } from "../store/version.ts";
import { writeVersions } from "../store/writeVersion.ts";
import type { Exchange } from "./exchange.ts";

/** Writes what a request changed, and tells who has to know of it in the same transaction. */
export async function keepVersions(
  { kept }: Pick<Exchange, "kept">,
  tx: Queryable,
  versions: readonly NewVersion[],
): Promise<void> {
  if (versions.length === 0) return;
  await writeVersions(tx, versions);
  await kept?.(tx, versions);
}
