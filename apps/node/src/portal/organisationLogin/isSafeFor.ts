import { isLoopback } from "../nodeOrigins.ts";

/** Plain HTTP stays on the own machine, where the provider is one of it. */
export function isSafeFor(issuer: string, address: URL | null): boolean {
  return address?.protocol === "https:" || (isLoopback(issuer) && isLoopback(address?.href ?? ""));
}
