/** SNOMED CT ends a term with its semantic tag: of use to programs, not to readers. */
const SEMANTIC_TAG =
  /\s*\((?:disorder|procedure|finding|situation|event|observable entity|substance|product|regime\/therapy|qualifier value|morphologic abnormality|body structure|person|environment|medicinal product|medicinal product form|clinical drug|record artifact|physical object|context-dependent category)\)$/i;

/** Characters that nobody sees: zero width, soft hyphen, direction marks, controls. */
const UNSEEN = /[\p{Cc}\p{Cf}\u00ad]+/gu;

const SAYS_NOTHING =
  /^(?:unknown|unspecified|not specified|not available|none|null|undefined|nil|n\/?a|n\.a\.|other|todo|test|-+|\?+|\.+)$/i;

/** A code, number, identifier or address where a text should be. */
const BARE_CODE =
  /^(?:[A-Za-z]{0,2}[\s.:/_-]?\d[\d\s.:/_A-Z-]*|[A-Za-z]{3,5}\d{3,}\S*|[A-Z]{1,2}|[A-Z_]*_[A-Z_]*|[a-z]+:\S+|\S*[|^~\\]\S*|\S*\/\/\S*|[0-9a-f-]{16,}|[\w+/=-]{40,})$/;

const FILE_NAME = /^\S+\.(?:pdf|png|jpe?g|tiff?|dcm|xml|json|html?|txt|rtf|docx?|cda)$/i;

/** A source that gives the name of an R4 type as a text has given no text. */
const TYPE_NAME =
  /^(?:account|adverseevent|allergyintolerance|appointment|basic|binary|bodystructure|bundle|careplan|careteam|claim|claimresponse|clinicalimpression|communication|communicationrequest|composition|condition|consent|contract|coverage|detectedissue|device|devicerequest|deviceusestatement|diagnosticreport|documentmanifest|documentreference|encounter|endpoint|episodeofcare|explanationofbenefit|familymemberhistory|flag|goal|group|guidanceresponse|healthcareservice|imagingstudy|immunization|immunizationrecommendation|invoice|library|linkage|list|location|measure|measurereport|media|medication|medicationadministration|medicationdispense|medicationrequest|medicationstatement|molecularsequence|nutritionorder|observation|operationoutcome|organization|parameters|patient|person|plandefinition|practitioner|practitionerrole|procedure|provenance|questionnaire|questionnaireresponse|relatedperson|requestgroup|resource|riskassessment|schedule|servicerequest|slot|specimen|subscription|substance|supplydelivery|supplyrequest|task|visionprescription)(?:\/\S*)?$/i;

const MAX_LENGTH = 160;

/**
 * A text of a source as a person can read it: without what nobody sees and without SNOMED's tag, at most 160 characters. `null` when it says nothing:
 * empty, a bare code or identifier, "unknown", the name of a resource type, a file's name.
 */
export function plainText(text: unknown): string | null {
  if (typeof text !== "string") return null;
  const start = text.slice(0, 2000);
  const clean = TIDY.test(start) ? start : tidied(start);
  const bare = clean.replace(SEMANTIC_TAG, "").replace(/[\s,;:/–-]+$/, "");
  if (!/\p{L}/u.test(bare) || SAYS_NOTHING.test(bare) || BARE_CODE.test(bare) || FILE_NAME.test(bare))
    return null;
  return TYPE_NAME.test(bare) ? null : shortened(bare);
}

/** Most texts are letters and single spaces already. */
const TIDY = /^(?:[!-~]{1,200} )*[!-~]{1,200}$/;

function tidied(text: string): string {
  return text
    .replace(UNSEEN, (found) => (/\s/.test(found) ? " " : ""))
    .replace(/\s+/g, " ")
    .trim();
}

function shortened(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const cut = text.slice(0, MAX_LENGTH);
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > MAX_LENGTH / 2 ? space : MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
