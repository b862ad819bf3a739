import { correctElements } from "./corrections.mjs";
import { readBundle } from "./readSource.mjs";

const PREFIX = "http://hl7.org/fhir/StructureDefinition/";
const FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
/** On every element; JSON that parses and has no empty value cannot break it, and that is checked without an expression. */
const LEFT_OUT = "ele-1";

const short = (url) => (url.startsWith(PREFIX) ? url.slice(PREFIX.length) : url);
const given = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));

function stripType(type) {
  return given({
    code: type.extension?.find(({ url }) => url === FHIR_TYPE)?.valueUrl ?? type.code,
    profile: type.profile?.map(short),
    targetProfile: type.targetProfile?.map(short),
  });
}

const valueOf = (element, prefix) =>
  Object.fromEntries(Object.entries(element).filter(([name]) => new RegExp(`^${prefix}[A-Z]`).test(name)));

function constraintIndexes(element, constraints) {
  const indexes = (element.constraint ?? [])
    .filter(({ key, expression }) => key !== LEFT_OUT && expression !== undefined)
    .map(({ key, severity, human, expression }) => {
      const text = JSON.stringify({ key, severity, human, expression });
      if (!constraints.has(text)) constraints.set(text, constraints.size);
      return constraints.get(text);
    });
  return indexes.length > 0 ? indexes : undefined;
}

function stripElement(element, constraints) {
  const { id, path, min, max, base, sliceName, slicing, contentReference, binding } = element;
  return given({
    id: id === path ? undefined : id,
    path,
    min: min > 0 ? min : undefined,
    max: max === "1" ? undefined : max,
    base: base === undefined || base.max === max ? undefined : base.max,
    type: element.type?.map(stripType),
    contentReference,
    sliceName,
    slicing:
      slicing &&
      given({ discriminator: slicing.discriminator, ordered: slicing.ordered, rules: slicing.rules }),
    binding: binding?.valueSet && [binding.strength, binding.valueSet],
    constraint: constraintIndexes(element, constraints),
    summary: element.isSummary === true ? true : undefined,
    ...valueOf(element, "fixed"),
    ...valueOf(element, "pattern"),
  });
}

/** StructureDefinitions of R4's resources and datatypes, corrected; in the order of their URLs. */
export function sourceDefinitions(model) {
  const definitions = [...readBundle("profiles-types"), ...readBundle("profiles-resources")]
    .filter(({ resourceType, kind }) => resourceType === "StructureDefinition" && kind !== "logical")
    .filter(({ fhirVersion }) => fhirVersion === "4.0.1")
    .map((definition) => ({ ...definition, elements: correctElements(definition, model) }));
  return definitions.sort((a, b) => (a.url < b.url ? -1 : 1));
}

/** The names of all types that a resource can have. */
export const resourceTypesOf = (definitions) =>
  definitions.filter(({ kind, abstract }) => kind === "resource" && !abstract).map(({ name }) => name);

export function stripDefinitions(definitions) {
  const constraints = new Map();
  const types = definitions.map((definition) =>
    given({
      url: short(definition.url),
      name: definition.name,
      type: definition.type,
      kind: definition.kind,
      abstract: definition.abstract ? true : undefined,
      derivation: definition.derivation,
      baseDefinition: definition.baseDefinition && short(definition.baseDefinition),
      element: definition.elements.map((element) => stripElement(element, constraints)),
    }),
  );
  return { constraints: [...constraints.keys()].map((text) => JSON.parse(text)), types };
}
