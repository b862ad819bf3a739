import type { OrganisationId } from "@anamnesis/core/ids";
import type { Consortium, Member } from "../consortium.ts";

/** Who keeps a correction: the record's author first, then the homes of its segment; active members alone, each once. */
export function keepersOfCorrection(
  { members }: Pick<Consortium, "members">,
  author: OrganisationId,
  homes: readonly OrganisationId[],
): readonly Member[] {
  return [...new Set([author, ...homes])].flatMap((organisation) => {
    const member = members.get(organisation);
    return member?.status === "active" ? [member] : [];
  });
}
