import { auditRoutes as routes } from "@anamnesis/api/routes/audit";
import { parseOrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { logTile } from "../receipts/logTile.ts";
import { publishedCheckpoint } from "../receipts/publishedCheckpoint.ts";
import { addCheckpoint } from "../witness/addCheckpoint.ts";
import { witnessedCheckpoint } from "../witness/witnessedCheckpoint.ts";
import { handler, type Handler } from "./handler.ts";

/** The receipt log to the outside, and this node as a witness of the others' logs. */
export function auditHandlers(context: NodeContext): readonly Handler[] {
  return [
    handler(routes.checkpoint, () => publishedCheckpoint(context)),
    handler(routes.tile, ({ params }) => logTile(context.receipts, params["*"])),
    handler(routes.addCheckpoint, ({ request }) => addCheckpoint(context, request)),
    handler(routes.witnessedCheckpoint, ({ params }) =>
      witnessedCheckpoint(context, parseOrganisationId(params.organisation)),
    ),
  ];
}
