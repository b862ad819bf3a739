import type { Queryable } from "@anamnesis/core/ports/database";
import type { NewVersion } from "../store/version.ts";
import { writeVersions } from "../store/writeVersion.ts";
import type { Exchange } from "./exchange.ts";

/** Writes the versions of a request and tells the world of them, in one transaction. Throws what `kept` does. */
export async function keepVersions(
  { kept }: Pick<Exchange, "kept">,
  tx: Queryable,
  versions: readonly NewVersion[],
): Promise<void> {
  if (versions.length === 0) return;
  await writeVersions(tx, versions);
  await kept?.(tx, versions);
}
