import { isObject, valuesAt, type Resource } from "../resource.ts";
import { codingsOf } from "./codings.ts";
import { sensitivitiesOfCode } from "./sensitiveCodes.ts";
import { ACT_CODE_SYSTEMS, SEGMENT_OF_SENSITIVITY } from "./sensitivity.ts";

/**
 * The DS4P sensitivities of a resource as v3-ActCode codes, sorted, each once: those that its source put into
 * `meta.security`, else those that its codes stand for. Codes that are no sensitivity (purposes, obligations) are left out.
 */
export function labelsOf(resource: Resource): string[] {
  const given = valuesAt(resource, "meta.security").flatMap((coding) => {
    if (!isObject(coding)) return [];
    const { system, code } = coding;
    if (typeof system !== "string" || typeof code !== "string" || !ACT_CODE_SYSTEMS.has(system)) return [];
    return SEGMENT_OF_SENSITIVITY.has(code) ? [code] : [];
  });
  const labels = given.length > 0 ? given : codingsOf(resource).flatMap(sensitivitiesOfCode);
  return [...new Set(labels)].sort();
}
