import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Queryable } from "@anamnesis/core/ports/database";
import { kindsInContext } from "@anamnesis/fhir/labelling/kindsInContext";
import { strictest } from "@anamnesis/fhir/labelling/sensitivity";
import type { Access } from "../access/access.ts";
import { mayReadReceived } from "../access/mayRead.ts";
import { linkText } from "../resource/links.ts";
import { receivedIn } from "../store/contexts.ts";
import type { NewVersion } from "../store/version.ts";

/**
 * The versions, with what each takes over from what was received in its Encounters: from as much of it as its writer may read, so that neither a refusal nor what is seen of it later tells the writer anything, and
 * what it took over before, however little this writer sees and whether or not that was purged since.
 */
export async function takenOver(
  tx: Queryable,
  access: Access,
  versions: readonly NewVersion[],
): Promise<readonly NewVersion[]> {
  const inside = versions.filter(
    ({ context, resource }) => resource !== null && (context?.encounters.length ?? 0) > 0,
  );
  const changed = inside.filter(({ version }) => version > 1);
  if (inside.length === 0 || (access.readReceived.length === 0 && changed.length === 0)) return versions;
  const named = [...new Set(inside.flatMap(({ context }) => context?.encounters ?? []))];
  const { received, before } = await receivedIn(tx, named, changed);
  if (received.length === 0 && before.length === 0) return versions;
  const seen = received.filter(({ attributes }) => mayReadReceived(access, attributes));
  const members = seen.map(({ encounter, kind }) => ({ kind, encounters: [encounter] }));
  const handed = new Map<string, SegmentKind>();
  for (const encounter of named) {
    const [kind = "general"] = kindsInContext([{ kind: "general", encounters: [encounter] }, ...members]);
    handed.set(encounter, kind);
  }
  return versions.map((version) => {
    const { context } = version;
    if (context === undefined || !inside.includes(version)) return version;
    const of = linkText(version);
    const taken = context.encounters.map((encounter): [string, SegmentKind] => {
      const earlier = before.filter((one) => one.encounter === encounter && linkText(one) === of);
      return [encounter, strictest([handed.get(encounter) ?? "general", ...earlier.map(({ kind }) => kind)])];
    });
    return { ...version, context: { ...context, taken: new Map(taken) } };
  });
}
