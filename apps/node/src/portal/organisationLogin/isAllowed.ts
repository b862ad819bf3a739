import type { AllowedClaim } from "./loginSettings.ts";

/** Whether an ID token's claims have one of the values, as a text or in a list of texts. What is not there is not allowed. */
export function isAllowed(claims: Readonly<Record<string, unknown>>, allowed: AllowedClaim | null): boolean {
  if (allowed === null) return true;
  let found: unknown = claims;
  for (const name of allowed.claim) {
    const isObject = typeof found === "object" && found !== null && Object.hasOwn(found, name);
    found = isObject ? (found as Readonly<Record<string, unknown>>)[name] : undefined;
  }
  const values: readonly unknown[] = Array.isArray(found) ? found : [found];
  return values.some((value) => typeof value === "string" && allowed.values.includes(value));
}
