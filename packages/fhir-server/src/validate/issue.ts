/** One issue of an OperationOutcome. It names rules and places and never quotes what the resource says. */
export interface Issue {
  readonly severity: "error" | "warning" | "information";
  /** Of FHIR's value set issue-type. */
  readonly code:
    "structure" | "invariant" | "code-invalid" | "value" | "too-long" | "processing" | "not-supported";
  /** FHIRPath of the element, without choices' types, such as `Observation.value[x]`. */
  readonly expression: string;
  readonly diagnostics: string;
}
