import type { Access } from "@anamnesis/fhir-server/access/access";
import { limitAccess, parseScope } from "@anamnesis/fhir-server/access/scopes";
import type { NodeContext } from "../context.ts";
import { type BasePolicy, rulesOf } from "./policy/basePolicy.ts";
import { receivedLimits } from "./received/receivedLimits.ts";
import type { FhirRequester } from "./requester.ts";

/**
 * What somebody may do at this moment: what the organisation's policy gives the role for the purpose, and what live consents permit of what was received, within the same policy; both as far
 * as the token's scopes go.
 */
export async function accessFor(
  context: Pick<NodeContext, "db" | "ledger" | "copy" | "clock" | "settings" | "organisation">,
  policy: BasePolicy,
  requester: FhirRequester,
): Promise<Access> {
  const { role, purpose, scopes } = requester;
  const { read, write } = rulesOf(policy, role, purpose);
  const readReceived = read.length === 0 ? [] : await receivedLimits(context, requester, purpose, read);
  return limitAccess(
    { readOwn: read, readReceived, write },
    scopes.map((scope) => parseScope(scope)),
  );
}
