import { standingRoutes } from "@anamnesis/api/routes/standing";
import type { RecordId } from "@anamnesis/core/ids";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName } from "../session.ts";

/** As the node that serves this page has read the ledger: its word, and no proof. */
export const standings: WorkerMethods["standings"] = async ({ records }) => {
  const all = await consortium();
  const node = connect(browserRuntime, self.location.origin, httpSigner(browserRuntime.random(32)));
  const answer = await node.call(
    standingRoutes.recordStandings,
    {},
    { records: records as readonly RecordId[] },
  );
  return answer.standings.map(({ record, amended, retracted, erased, endorsers, anchored }) => ({
    record,
    amended,
    retracted,
    erased,
    cosigned:
      endorsers === null
        ? null
        : {
            needed: endorsers.threshold,
            asked: endorsers.asked.map((id) => organisationName(all, id)),
            by: endorsers.signed.map((id) => organisationName(all, id)),
          },
    anchoredAt: anchored?.time ?? null,
    sequence: anchored?.sequence ?? null,
  }));
};
