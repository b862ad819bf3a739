import { standingRoutes } from "@anamnesis/api/routes/standing";
import type { NodeContext } from "../context.ts";
import { ledgerStandings } from "../records/ledgerStandings.ts";
import { handler, type Handler } from "./handler.ts";

/** What became of records, as this node has read the ledger. */
export function standingHandlers(context: NodeContext): readonly Handler[] {
  return [
    handler(standingRoutes.recordStandings, async ({ request }) => ({
      standings: await ledgerStandings(context, request.records),
    })),
  ];
}
