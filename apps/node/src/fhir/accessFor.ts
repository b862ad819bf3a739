import type { Access } from "@anamnesis/fhir-server/access/access";
import { type BasePolicy, rulesOf } from "./policy/basePolicy.ts";
import type { FhirRequester } from "./requester.ts";

/** What somebody may do at this moment: what the organisation's policy gives the role for the purpose. */
export function accessFor(policy: BasePolicy, { role, purpose }: FhirRequester): Access {
  const { read, write } = rulesOf(policy, role, purpose);
  return { readOwn: read, readReceived: [], write };
}
