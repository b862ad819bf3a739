import { RECORD_SYSTEM } from "@anamnesis/fhir/write/written";
import { elementOf, elementsOf, textOf } from "../meaning/readElement.ts";
import { authorOf } from "../records/authorOf.ts";
import type { OpenedItem } from "../worker/protocol.ts";

/** Why a record was written in the place of another: from Provenances of the same author that name the one before as revised. Somebody else's reason for what another one did is no reason. */
export function reasonsOf(items: readonly OpenedItem[]): (corrector: OpenedItem) => string | null {
  const found = new Map<string, string>();
  for (const item of items) {
    if (textOf(item.resource, "resourceType") !== "Provenance") continue;
    const reason = textOf(elementsOf(item.resource, "reason")[0], "text");
    for (const entity of elementsOf(item.resource, "entity")) {
      const identifier = elementOf(elementOf(entity, "what"), "identifier");
      const earlier = textOf(identifier, "value");
      if (textOf(entity, "role") !== "revision" || textOf(identifier, "system") !== RECORD_SYSTEM) continue;
      if (earlier !== null && reason !== null) found.set(`${authorOf(item)} ${earlier}`, reason);
    }
  }
  return (corrector) =>
    corrector.amends === null ? null : (found.get(`${authorOf(corrector)} ${corrector.amends}`) ?? null);
}
