import { AnamnesisError } from "@anamnesis/core/errors";
import type { FhirClientKey } from "@anamnesis/sdk/fhirToken";
import { readRequired, writeDurably } from "./durableFile.ts";

/** A client's private JWK, as JSON in a file that its owner alone reads. Throws `file-not-writable`. */
export async function writeFhirClientKey(path: string, key: FhirClientKey): Promise<void> {
  await writeDurably(path, `${JSON.stringify(key, null, 2)}\n`);
}

/** Throws `missing-file`, `file-not-readable`, `bad-client-key`. */
export async function readFhirClientKey(path: string): Promise<FhirClientKey> {
  const text = new TextDecoder().decode(await readRequired(path, "client key"));
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  if (isKey(value)) return value;
  throw new AnamnesisError({
    code: "bad-client-key",
    rule: "A client's key is a private JWK on P-384 with kty, crv, kid, x, y and d.",
    fix: "Make one with `anamnesis fhir client`.",
  });
}

/** The half for the node's configuration. */
export function publicHalf({ kty, crv, kid, x, y }: FhirClientKey): Omit<FhirClientKey, "d"> {
  return { kty, crv, kid, x, y };
}

function isKey(value: unknown): value is FhirClientKey {
  if (typeof value !== "object" || value === null) return false;
  const { kty, crv, ...members } = value as Partial<Record<keyof FhirClientKey, unknown>>;
  const texts = [members.kid, members.x, members.y, members.d];
  return kty === "EC" && crv === "P-384" && texts.every((text) => typeof text === "string");
}
