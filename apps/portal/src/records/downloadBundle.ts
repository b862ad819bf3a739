import type { OpenedItem } from "../worker/protocol.ts";
import { saveFile } from "./saveFile.ts";

/** Saves everything that was opened as one FHIR Bundle of type `collection`; what is no FHIR goes along as a Binary. */
export function downloadBundle(items: readonly OpenedItem[]): void {
  const entry = items.map(({ record, resource, bytes, mediaType }) => ({
    fullUrl: `urn:anamnesis:record:${record}`,
    resource: resource ?? { resourceType: "Binary", contentType: mediaType, data: base64(bytes) },
  }));
  const bundle = { resourceType: "Bundle", type: "collection", timestamp: new Date().toISOString(), entry };
  saveFile(JSON.stringify(bundle), "my-health-records.json");
}

function base64(bytes: Uint8Array | null): string {
  let binary = "";
  for (const byte of bytes ?? []) binary += String.fromCharCode(byte);
  return btoa(binary);
}
