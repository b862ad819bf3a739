import { RECORD_SYSTEM } from "@anamnesis/fhir/write/written";
import { elementOf, elementsOf, textOf } from "../meaning/readElement.ts";
import type { OpenedItem } from "../worker/protocol.ts";

/** Why records were corrected, by the record before: from Provenances that name it as revised, of the same author as the correction. */
export function reasonsOf(items: readonly OpenedItem[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const correctors = new Map(items.map((item) => [item.amends, item]));
  for (const item of items) {
    if (textOf(item.resource, "resourceType") !== "Provenance") continue;
    const reason = textOf(elementsOf(item.resource, "reason")[0], "text");
    for (const entity of elementsOf(item.resource, "entity")) {
      const identifier = elementOf(elementOf(entity, "what"), "identifier");
      const earlier = textOf(identifier, "value");
      if (textOf(entity, "role") !== "revision" || textOf(identifier, "system") !== RECORD_SYSTEM) continue;
      const corrector = earlier === null ? undefined : correctors.get(earlier);
      // Somebody else's reason for what another one did is no reason.
      const same =
        corrector !== undefined &&
        corrector.organisation === item.organisation &&
        corrector.byOwner === item.byOwner;
      if (earlier !== null && reason !== null && same) found.set(earlier, reason);
    }
  }
  return found;
}
