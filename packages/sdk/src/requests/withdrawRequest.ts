import { requestRoutes } from "@anamnesis/api/routes/requests";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, OrganisationId } from "@anamnesis/core/ids";
import { concurrently } from "../concurrently.ts";
import { codeOf } from "../ourError.ts";
import { connect, httpSigner } from "../runtime.ts";
import { type AskedRequestsParameters, askerWishFor } from "./askedRequests.ts";

export interface WithdrawnRequest {
  /** Nodes that had it and mark it as withdrawn. */
  readonly homes: readonly OrganisationId[];
  /** Nodes that did not say, with the code: the patient may still see it there. */
  readonly silent: readonly { readonly node: OrganisationId; readonly code: string }[];
}

/**
 * Withdraws a request at every member's node that has it; the same again succeeds. Throws `request-closed` when it was answered, `request-not-found` when no node that answers has it.
 */
export async function withdrawRequest(
  parameters: AskedRequestsParameters & { readonly request: Digest },
): Promise<WithdrawnRequest> {
  const { runtime, consortium, keys, request } = parameters;
  const homes: OrganisationId[] = [];
  const silent: WithdrawnRequest["silent"][number][] = [];
  const members = [...consortium.members.values()].filter(({ status }) => status === "active");
  await concurrently(members, 6, async ({ organisation: node, endpoint }) => {
    const client = connect(runtime, endpoint, httpSigner(keys.ed25519));
    const wish = askerWishFor(parameters, node, { what: "withdraw", request, from: 0 });
    try {
      await client.call(requestRoutes.withdrawRequest, {}, wish);
      homes.push(node);
    } catch (error) {
      const code = codeOf(error);
      if (code !== "not-found") silent.push({ node, code });
    }
  });
  if (silent.some(({ code }) => code === "request-closed")) {
    throw new AnamnesisError({
      code: "request-closed",
      rule: "A request for access is answered once, or withdrawn.",
      fix: "List the requests again: the patient has answered this one.",
    });
  }
  if (homes.length > 0) return { homes, silent };
  throw new AnamnesisError({
    code: "request-not-found",
    rule: "A request waits at the homes of the segment to which it was addressed.",
    fix: "List the requests again, and try again when all nodes answer.",
    meta: { codes: [...new Set(silent.map(({ code }) => code))].join(", ") },
  });
}
