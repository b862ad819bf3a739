import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import { httpSigner, connect } from "@anamnesis/sdk/runtime";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium } from "../session.ts";

/** The node that took them knows when two homes have them. Asked with a key of this one question: whose records they are, it does not say. */
export const settled: WorkerMethods["settled"] = async ({ at, records }) => {
  const member = (await consortium()).members.get(at as OrganisationId);
  if (member === undefined || records.length === 0) return { stored: false, anchored: false };
  const node = connect(browserRuntime, member.endpoint, httpSigner(browserRuntime.random(32)));
  const answer = await node.call(
    exchangeRoutes.recordStatus,
    {},
    { records: records as readonly RecordId[] },
  );
  return {
    stored: answer.records.every(({ stored }) => stored),
    anchored: answer.records.every(({ anchor }) => anchor !== null),
  };
};
