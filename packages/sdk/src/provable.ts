import type { Evidence } from "@anamnesis/core/evidence/evidence";
import { verifyEvidence } from "@anamnesis/core/evidence/verifyEvidence";
import type { Consortium } from "./consortium.ts";
import { keysIn } from "./memberCards.ts";
import { isOrganisations } from "./verify.ts";

/** What anyone would find proven: nobody is accused with a file that does not hold. */
export async function provable(
  consortium: Pick<Consortium, "members" | "actors">,
  evidence: readonly Evidence[],
): Promise<readonly Evidence[]> {
  const verdicts = await Promise.all(
    evidence.map((item) =>
      verifyEvidence(item, {
        keysOf: (organisation) => keysIn(consortium, organisation),
        // What a segment's owner wrote accuses no organisation, whichever took it.
        signsFor: (organisation, author, by) => isOrganisations(consortium, { organisation, author }, by),
      }),
    ),
  );
  return evidence.filter((_, i) => verdicts[i]?.proven === true);
}
