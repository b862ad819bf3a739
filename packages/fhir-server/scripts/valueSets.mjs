import { readBundle } from "./readSource.mjs";

const codesOf = (concepts) =>
  concepts.flatMap(({ code, concept }) => [code, ...(concept === undefined ? [] : codesOf(concept))]);

const withoutVersion = (canonical) => canonical.split("|")[0];

/** System and codes of each part of a value set, or null when it cannot be written out. */
function enumerate(valueSet, systems) {
  const { include, exclude } = valueSet?.compose ?? {};
  if (include === undefined || exclude !== undefined) return null;
  const parts = include.map(({ system, concept, filter, valueSet: others }) => {
    if (system === undefined || filter !== undefined || others !== undefined) return null;
    if (concept !== undefined) return [system, codesOf(concept)];
    const whole = systems.get(system);
    return whole?.content === "complete" && whole.concept !== undefined ? [system, null] : null;
  });
  return parts.includes(null) ? null : parts;
}

/**
 * The value sets that elements are bound to as `required`: for each its systems with their codes, or null for all codes of the
 * system; and the codes of these systems. Value sets that nobody can write out, such as media types, are listed as `open`.
 */
export function requiredValueSets(definitions) {
  const resources = ["valuesets", "v2-tables", "v3-codesystems"].flatMap(readBundle);
  const byUrl = (type) => new Map(resources.filter((r) => r.resourceType === type).map((r) => [r.url, r]));
  const valueSets = byUrl("ValueSet");
  const systems = byUrl("CodeSystem");
  const bound = definitions
    .flatMap(({ elements }) => elements)
    .filter(({ binding }) => binding?.strength === "required" && binding.valueSet !== undefined)
    .map(({ binding }) => withoutVersion(binding.valueSet));
  const out = { valueSets: {}, codeSystems: {}, open: [] };
  for (const url of [...new Set(bound)].sort((a, b) => (a < b ? -1 : 1))) {
    const parts = enumerate(valueSets.get(url), systems);
    if (parts === null) {
      out.open.push(url);
      continue;
    }
    out.valueSets[url] = parts;
    for (const [system, codes] of parts) {
      if (codes === null) out.codeSystems[system] = codesOf(systems.get(system).concept);
    }
  }
  return out;
}
