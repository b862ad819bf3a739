import type { Queryable } from "@anamnesis/core/ports/database";
import { type Letter, outOfScope } from "../access/scopes.ts";
import type { Link } from "../resource/links.ts";
import { firstOutOfScope } from "../store/readVersion.ts";
import type { NewVersion } from "../store/version.ts";
import { writeVersions } from "../store/writeVersion.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Writes what a request changed, tells who has to know of it in the same transaction, and refuses it when the scopes of the writer's token do not cover what stands there then: the transaction ends with that. What is deleted was looked at before.
 *
 * Throws `fhir-forbidden`; `blame` makes of it what the caller throws.
 */
export async function keepVersions(
  { access, kept }: Pick<Exchange, "access" | "kept">,
  tx: Queryable,
  versions: readonly NewVersion[],
  blame: (error: unknown, link: Link) => unknown = (error) => error,
): Promise<void> {
  if (versions.length === 0) return;
  await writeVersions(tx, versions);
  const written = versions.flatMap(({ type, id, version, resource }) => {
    const letter: Letter = version === 1 ? "c" : "u";
    return resource === null ? [] : [{ type, id, letter }];
  });
  const outside = await firstOutOfScope(tx, access, written);
  if (outside !== null) throw blame(outOfScope(), outside);
  await kept?.(tx, versions);
}
