import type { OpenedItem } from "../worker/protocol.ts";

/** Saves everything that was opened as one FHIR Bundle of type `collection`; what is no FHIR goes along as a Binary. */
export function downloadBundle(items: readonly OpenedItem[]): void {
  const entry = items.map(({ record, resource, bytes, mediaType }) => ({
    fullUrl: `urn:anamnesis:record:${record}`,
    resource: resource ?? { resourceType: "Binary", contentType: mediaType, data: base64(bytes) },
  }));
  const bundle = { resourceType: "Bundle", type: "collection", timestamp: new Date().toISOString(), entry };
  const blob = new Blob([JSON.stringify(bundle)], { type: "application/fhir+json" });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = "my-health-records.json";
  link.click();
  // After the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function base64(bytes: Uint8Array | null): string {
  let binary = "";
  for (const byte of bytes ?? []) binary += String.fromCharCode(byte);
  return btoa(binary);
}
