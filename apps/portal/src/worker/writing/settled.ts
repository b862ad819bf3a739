import { exchangeRoutes, type RecordStatus } from "@anamnesis/api/routes/exchange";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import { httpSigner, connect } from "@anamnesis/sdk/runtime";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium } from "../session.ts";

/** The node that took them knows when two homes have them. */
export const settled: WorkerMethods["settled"] = async ({ at, records }) => {
  const statuses = await statusesAt(at, records);
  if (statuses.length === 0) return { stored: false, anchored: false };
  return {
    stored: statuses.every(({ stored }) => stored),
    anchored: statuses.every(({ anchor }) => anchor !== null),
  };
};

/** How far a node says that records have come; empty where it is no member's. Asked with a key of this one question: whose records they are, it does not say. */
export async function statusesAt(at: string, records: readonly string[]): Promise<readonly RecordStatus[]> {
  const member = (await consortium()).members.get(at as OrganisationId);
  if (member === undefined || records.length === 0) return [];
  const node = connect(browserRuntime, member.endpoint, httpSigner(browserRuntime.random(32)));
  const answer = await node.call(
    exchangeRoutes.recordStatus,
    {},
    { records: records as readonly RecordId[] },
  );
  return answer.records;
}
