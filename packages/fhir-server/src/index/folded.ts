/** How strings are compared unless `:exact` is asked (FHIR R4, search.html#string): without case, accents and needless white space. */
export function folded(text: string): string {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/gu, " ").trim();
}
