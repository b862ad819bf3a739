import { createFhirClientKey, type FhirClientKey } from "@anamnesis/sdk/fhirToken";
import { hasCode } from "@anamnesis/core/errors";
import { publicHalf, readFhirClientKey, writeFhirClientKey } from "../../files/fhirClientKey.ts";
import type { StateFolder } from "./stateFolder.ts";

/** A program for trying that all three nodes know. */
export const DEMO_CLIENT = "demo";

/** The key with which it gets tokens: of an earlier run, or new. */
export async function demoClientKey({ fhirClient }: StateFolder): Promise<FhirClientKey> {
  try {
    return await readFhirClientKey(fhirClient);
  } catch (error) {
    if (!hasCode(error, "missing-file")) throw error;
    const key = await createFhirClientKey();
    await writeFhirClientKey(fhirClient, key);
    return key;
  }
}

/** Its entry in a node's configuration: the hospital's own system, which reads and writes everything of the organisation. */
export function demoClient(key: FhirClientKey): object {
  return {
    clientId: DEMO_CLIENT,
    name: "Demo",
    jwks: { keys: [publicHalf(key)] },
    role: "system",
    purposes: ["TREAT", "HOPERAT"],
    scopes: ["system/*.cruds"],
  };
}
