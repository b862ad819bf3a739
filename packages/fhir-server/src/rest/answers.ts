import { etagOf, instantOf } from "../resource/meta.ts";
import type { FhirAnswer, FhirRequest } from "./exchange.ts";
import { FHIR_JSON, outcomeText } from "./outcome.ts";
import type { Written } from "./write.ts";

/** `Last-Modified` has whole seconds (RFC 9110, section 5.6.7). */
function httpDate(at: number): string {
  return new Date(at).toUTCString();
}

export function resourceAnswer(
  status: number,
  text: string,
  version: number,
  updated: number,
  more: Readonly<Record<string, string>> = {},
): FhirAnswer {
  return {
    status,
    headers: {
      "content-type": FHIR_JSON,
      etag: etagOf(version),
      "last-modified": httpDate(updated),
      ...more,
    },
    body: text,
  };
}

export function jsonAnswer(
  status: number,
  text: string,
  more: Readonly<Record<string, string>> = {},
): FhirAnswer {
  return { status, headers: { "content-type": FHIR_JSON, ...more }, body: text };
}

/** `Prefer: return=minimal|representation|OperationOutcome` (FHIR R4, http.html#ops); `handling=strict|lenient`. */
export function preference(
  { headers }: Pick<FhirRequest, "headers">,
  name: "return" | "handling",
): string | null {
  for (const part of (headers["prefer"] ?? "").split(/[,;]/)) {
    const [key = "", value = ""] = part.split("=").map((text) => text.trim());
    if (key === name) return value.replaceAll('"', "");
  }
  return null;
}

/** What a write says of itself, in the form that the writer prefers. */
export function writtenAnswer(
  request: Pick<FhirRequest, "headers">,
  base: string,
  written: Written,
): FhirAnswer {
  const { status, type, id, version, updated, text } = written;
  const headers = { location: `${base}/${type}/${id}/_history/${version}` };
  const answer = resourceAnswer(status, text, version, updated, headers);
  const wanted = preference(request, "return");
  if (wanted === "minimal") return { ...answer, body: null };
  if (wanted !== "OperationOutcome") return answer;
  const diagnostics = `Version ${version} is kept since ${instantOf(updated)}.`;
  return { ...answer, body: outcomeText([{ severity: "information", code: "informational", diagnostics }]) };
}
