import { standingRoutes } from "@anamnesis/api/routes/standing";
import type { RecordId } from "@anamnesis/core/ids";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";

/** As the node that serves this page has read the ledger: its word, and no proof. */
export const standings: WorkerMethods["standings"] = async ({ records }) => {
  const node = connect(browserRuntime, self.location.origin, httpSigner(browserRuntime.random(32)));
  const answer = await node.call(
    standingRoutes.recordStandings,
    {},
    { records: records as readonly RecordId[] },
  );
  return answer.standings.map(({ record, amended, retracted, erased, anchored }) => ({
    record,
    amended,
    retracted,
    erased,
    anchoredAt: anchored?.time ?? null,
    sequence: anchored?.sequence ?? null,
  }));
};
