import { AnamnesisError } from "@anamnesis/core/errors";

/** @param parameter its name; a value is never shown, since it may be health data. */
export function badValue(parameter: string, form: string): AnamnesisError<"fhir-bad-value"> {
  return new AnamnesisError({
    code: "fhir-bad-value",
    rule: `A value of a search parameter has the form of its type: ${form}.`,
    fix: "Correct the value, see https://hl7.org/fhir/R4/search.html.",
    meta: { parameter: nameOf(parameter) },
  });
}

/** A modifier, or a parameter, that this server does not have. */
export function notSupported(parameter: string, what: string): AnamnesisError<"fhir-not-supported"> {
  return new AnamnesisError({
    code: "fhir-not-supported",
    rule: `This server does not have ${what}.`,
    fix: "See /fhir/metadata for what it has.",
    meta: { parameter: nameOf(parameter) },
  });
}

export function unknownParameter(parameter: string): AnamnesisError<"fhir-unknown-parameter"> {
  return new AnamnesisError({
    code: "fhir-unknown-parameter",
    rule: "A search under `Prefer: handling=strict` has parameters that the type has.",
    fix: "See /fhir/metadata for them, or leave the preference out.",
    meta: { parameter: nameOf(parameter) },
  });
}

/** What is no name could be a value in its place. */
function nameOf(parameter: string): string {
  return /^[A-Za-z0-9_.:-]{1,100}$/.test(parameter) ? parameter : "(not a name)";
}
