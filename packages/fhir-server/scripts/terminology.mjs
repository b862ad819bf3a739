import { readBundle } from "./readSource.mjs";

const withoutVersion = (canonical) => canonical.split("|")[0];

/** Filters by which a part of a code system is named: `code` is what some value sets call the `concept` itself. */
const IS_A = new Set(["is-a", "descendent-of", "is-not-a"]);
const isHierarchical = ({ property, op }) => (property === "concept" || property === "code") && IS_A.has(op);

/** A code, or a code with what stands below it: nested, and what v3 names as a further child. */
function tree({ code, concept = [], property = [] }) {
  const below = [
    ...concept.map(tree),
    ...property.filter((one) => one.code === "child").map(({ valueCode }) => valueCode),
  ];
  return below.length === 0 ? code : [code, below];
}

/** A part of a value set: the URL of a system for all of it, else what of it; null when it is not said by lists and hierarchy. */
function part({ system, concept, filter, valueSet }) {
  if (filter?.some((one) => !isHierarchical(one))) return null;
  if (system !== undefined && concept === undefined && filter === undefined && valueSet === undefined)
    return system;
  return {
    ...(system === undefined ? {} : { system }),
    ...(concept === undefined ? {} : { codes: concept.map(({ code }) => code) }),
    ...(filter === undefined ? {} : { filter: filter.map(({ op, value }) => [op, value]) }),
    ...(valueSet === undefined ? {} : { valueSets: valueSet.map(withoutVersion) }),
  };
}

/**
 * All code systems of R4's definitions that are there as a whole, as trees, and the value sets that can be written out by them. Value sets that elements are bound to as `required` and that nobody
 * can write out, such as media types, are listed as `open`.
 */
export function terminology(definitions) {
  const resources = ["valuesets", "v2-tables", "v3-codesystems"].flatMap(readBundle);
  const ofType = (type) =>
    resources.filter(({ resourceType }) => resourceType === type).sort((a, b) => (a.url < b.url ? -1 : 1));
  const codeSystems = {};
  for (const { url, content, concept } of ofType("CodeSystem")) {
    // Two tables of v2 are there by version, under a URL that no Coding has.
    if (content === "complete" && concept !== undefined && !url.includes("|"))
      codeSystems[url] ??= concept.map(tree);
  }
  const written = new Map();
  for (const { url, compose } of ofType("ValueSet")) {
    const include = (compose?.include ?? [null]).map((one) => one && part(one));
    const exclude = (compose?.exclude ?? []).map(part);
    if (![...include, ...exclude].includes(null)) written.set(url, { include, exclude });
  }
  /** By what is held: a list of codes needs no code system. */
  const isHeld = (one, above) => {
    if (typeof one === "string") return Object.hasOwn(codeSystems, one);
    const { system, codes, filter, valueSets = [] } = one;
    const systemHeld = codes !== undefined || system === undefined || Object.hasOwn(codeSystems, system);
    return (
      systemHeld &&
      (filter === undefined || Object.hasOwn(codeSystems, system)) &&
      valueSets.every((url) => canBeWritten(url, above))
    );
  };
  const canBeWritten = (url, above = []) => {
    const found = written.get(url);
    if (found === undefined || above.includes(url)) return false;
    return [...found.include, ...found.exclude].every((one) => isHeld(one, [...above, url]));
  };
  const valueSets = {};
  for (const [url, { include, exclude }] of written) {
    if (canBeWritten(url)) valueSets[url] = exclude.length === 0 ? { include } : { include, exclude };
  }
  const bound = definitions
    .flatMap(({ elements }) => elements)
    .filter(({ binding }) => binding?.strength === "required" && binding.valueSet !== undefined)
    .map(({ binding }) => withoutVersion(binding.valueSet));
  const open = [...new Set(bound)]
    .sort((a, b) => (a < b ? -1 : 1))
    .filter((url) => !Object.hasOwn(valueSets, url));
  return { codeSystems, valueSets, open };
}
