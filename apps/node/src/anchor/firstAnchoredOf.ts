import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import type { FirstAnchored } from "../indexer/ledgerCopy.ts";

interface Name {
  readonly record: RecordId;
  readonly organisation: OrganisationId;
}

/** Looks records of several organisations up in the copy of the ledger with one question for each organisation. */
export async function firstAnchoredOf(
  { copy }: Pick<NodeContext, "copy">,
  names: readonly Name[],
): Promise<(name: Name) => FirstAnchored | null> {
  const byOrganisation = Map.groupBy(names, (name) => name.organisation);
  const found = new Map<OrganisationId, ReadonlyMap<RecordId, FirstAnchored>>();
  for (const [organisation, group] of byOrganisation) {
    const records = [...new Set(group.map((name) => name.record))];
    found.set(organisation, await copy.firstAnchored(records, organisation));
  }
  return ({ record, organisation }) => found.get(organisation)?.get(record) ?? null;
}
