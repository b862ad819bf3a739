import type { Queryable } from "@anamnesis/core/ports/database";
import { mayWrite } from "../access/mayRead.ts";
import { type Letter, outOfScope } from "../access/scopes.ts";
import { forbidden } from "../errors/fhirError.ts";
import { type Link, linkText } from "../resource/links.ts";
import { firstOutOfScope } from "../store/readVersion.ts";
import type { NewVersion } from "../store/version.ts";
import { writeVersions } from "../store/writeVersion.ts";
import type { Exchange } from "./exchange.ts";
import { labelInContext } from "./labelInContext.ts";

/**
 * Writes what a request changed, each with the kind that its Encounter asks for, and what is of another kind by that; tells who has to know of it in the same transaction, and refuses it when policy or scopes of the
 * writer do not cover what stands there then: the transaction ends with that. What is deleted was looked at before.
 *
 * Throws `fhir-forbidden`; `blame` makes of it what the caller throws. Gives the versions as they were kept, by `Type/id`.
 */
export async function keepVersions(
  { access, at, kept, base }: Pick<Exchange, "access" | "at" | "kept" | "base">,
  tx: Queryable,
  given: readonly NewVersion[],
  blame: (error: unknown, link: Link) => unknown = (error) => error,
): Promise<ReadonlyMap<string, NewVersion>> {
  if (given.length === 0) return new Map();
  const { versions, relabelled } = await labelInContext(tx, given, at);
  const beyond = versions.find(
    ({ resource, attributes }) => resource !== null && !mayWrite(access, attributes),
  );
  if (beyond !== undefined) throw blame(forbidden(), beyond);
  await writeVersions(tx, [...versions, ...relabelled], base);
  const written = versions.flatMap(({ type, id, version, resource }) => {
    const letter: Letter = version === 1 ? "c" : "u";
    return resource === null ? [] : [{ type, id, letter }];
  });
  const outside = await firstOutOfScope(tx, access, written);
  if (outside !== null) throw blame(outOfScope(), outside);
  await kept?.(tx, versions, relabelled);
  return new Map(versions.map((version) => [linkText(version), version]));
}
