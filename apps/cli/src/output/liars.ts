import type { OrganisationId } from "@anamnesis/core/ids";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { OpenResult } from "@anamnesis/sdk/open";

/** Who gave something that does not hold. `proven`: to anyone, with the evidence; else it is this reader's word. */
export interface Liar {
  readonly organisation: OrganisationId;
  readonly what: string;
  readonly proven: boolean;
}

export function liarsOf({ culprits, withheld, evidence }: OpenResult["report"]): readonly Liar[] {
  const proven = evidence.map(({ accused, kind }): Liar => {
    return { organisation: accused, what: kind, proven: true };
  });
  const ours = culprits
    .filter(({ reason, organisation }) => {
      return reason !== "bad-proof" || !proven.some((liar) => liar.organisation === organisation);
    })
    .map(({ organisation, reason }): Liar => ({ organisation, what: reason, proven: false }));
  const gaps = withheld
    .filter((gap) => !gap.proven)
    .map(({ home }): Liar => ({ organisation: home, what: "withheld-header", proven: false }));
  const all = [...proven, ...ours, ...gaps];
  return [...new Map(all.map((liar) => [`${liar.organisation} ${liar.what}`, liar])).values()];
}

export function liarLine({ members }: Consortium, { organisation, what, proven }: Liar): string {
  const name = members.get(organisation)?.name ?? organisation;
  return `${name} gave what does not hold: ${what}, ${proven ? "proven to anyone" : "not provable to others"}`;
}
