import { fhirError } from "../errors/fhirError.ts";

/** Path and query of an address of this server, relative or absolute. Throws `fhir-malformed`. */
export function parseUrl(
  url: string,
  base: string,
): { readonly path: readonly string[]; readonly query: readonly (readonly [string, string])[] } {
  const local = url.startsWith(`${base}/`) ? url.slice(base.length + 1) : url.replace(/^\//, "");
  const [path = "", query = ""] = local.split(/\?(.*)/s);
  try {
    return {
      path: path
        .split("/")
        .filter((part) => part !== "")
        .map(decodeURIComponent),
      query: [...new URLSearchParams(query)],
    };
  } catch {
    throw fhirError("fhir-malformed", "An address is percent-encoded (RFC 3986).", "Encode it.");
  }
}

/** The other way round: a query as it stands in an address. */
export function queryText(query: readonly (readonly [string, string])[]): string {
  return query.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
}
