import type { Client } from "@anamnesis/api/client";
import { type EndorsementQueue, recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";

export type WaitingEndorsement = EndorsementQueue["waiting"][number];

/**
 * What an organisation was named for and has not endorsed, and which of its own records wait for others, oldest first, as its own node has read it on the ledger.
 * @param node the own organisation's, with a person or device of it as signer. Throws `not-authorised`.
 */
export async function endorsementQueue(node: Client): Promise<EndorsementQueue> {
  return node.call(recordVerbRoutes.endorsementQueue, {}, undefined);
}
