// The package's definitions are HL7's R4 with changes: elements of R5, elements and reference targets of its maker's own.
// Here they become R4 again. What is in R4 is told by the model of fhirpath.js; what was taken away is written out.

/** FHIR R4, EvidenceVariable.characteristic, after `exclude`; the package has R5's instead. */
const CHARACTERISTIC = [
  { path: "description", max: "1", type: [{ code: "string" }] },
  {
    path: "definition[x]",
    min: 1,
    max: "1",
    type: [
      { code: "Reference", targetProfile: ["http://hl7.org/fhir/StructureDefinition/Group"] },
      { code: "canonical", targetProfile: ["http://hl7.org/fhir/StructureDefinition/ActivityDefinition"] },
      { code: "CodeableConcept" },
      { code: "Expression" },
      { code: "DataRequirement" },
      { code: "TriggerDefinition" },
    ],
  },
  { path: "usageContext", max: "*", type: [{ code: "UsageContext" }] },
  { path: "exclude", max: "1", type: [{ code: "boolean" }] },
  {
    path: "participantEffective[x]",
    max: "1",
    type: [{ code: "dateTime" }, { code: "Period" }, { code: "Duration" }, { code: "Timing" }],
  },
  { path: "timeFromStart", max: "1", type: [{ code: "Duration" }] },
  {
    path: "groupMeasure",
    max: "1",
    type: [{ code: "code" }],
    binding: { strength: "required", valueSet: "http://hl7.org/fhir/ValueSet/group-measure|4.0.1" },
  },
].map((element) => ({
  min: 0,
  ...element,
  id: `EvidenceVariable.characteristic.${element.path}`,
  path: `EvidenceVariable.characteristic.${element.path}`,
}));

const KEPT_OF_CHARACTERISTIC = /^EvidenceVariable\.characteristic\.(?:id|extension|modifierExtension)$/;

function correctEvidenceVariable(elements) {
  const at = elements.findIndex(({ path }) => path === "EvidenceVariable.characteristic");
  const kept = elements.filter(
    ({ path }) => !path.startsWith("EvidenceVariable.characteristic.") || KEPT_OF_CHARACTERISTIC.test(path),
  );
  const end = at + 1 + kept.filter(({ path }) => KEPT_OF_CHARACTERISTIC.test(path)).length;
  return [
    ...kept.slice(0, at),
    // The package's only constraint of its own, evv-1, counts elements of R5.
    { ...kept[at], min: 1, constraint: [] },
    ...kept.slice(at + 1, end),
    ...CHARACTERISTIC,
    ...kept.slice(end),
  ];
}

/** Reference targets as the model has them. */
function correctTargets(element, path2RefType) {
  const known = path2RefType[element.path] ?? path2RefType[element.path.replace("[x]", "Reference")];
  if (known === undefined) return element;
  const targets = known.map((name) => `http://hl7.org/fhir/StructureDefinition/${name}`);
  const isSame = (before) => before.length === targets.length && targets.every((url) => before.includes(url));
  const type = element.type.map((one) =>
    one.code !== "Reference" || isSame(one.targetProfile ?? []) ? one : { ...one, targetProfile: targets },
  );
  return { ...element, type };
}

/** R4's elements of a type's snapshot. */
export function correctElements(definition, { path2Type, choiceTypePaths, path2RefType }) {
  const before = definition.snapshot.element;
  const elements = definition.name === "EvidenceVariable" ? correctEvidenceVariable(before) : before;
  const gone = [];
  const out = [];
  for (const element of elements) {
    const { path } = element;
    const plain = path.replace("[x]", "");
    const own = element.base?.path === path && path.includes(".") && element.contentReference === undefined;
    const inModel = plain in path2Type || plain in choiceTypePaths;
    if (gone.some((parent) => path.startsWith(`${parent}.`)) || (own && !inModel)) {
      gone.push(path);
    } else if (path === "Bundle.entry.response.outcome") {
      out.push({ ...element, type: [{ code: "Resource" }] });
    } else if (path === "Resource.id" || element.base?.path === "Resource.id") {
      // HL7's own file has `string`, and its page `id` (resource.html).
      out.push({ ...element, type: [{ code: "id" }] });
    } else {
      out.push(correctTargets(element, path2RefType));
    }
  }
  return out;
}
