import type { Directory } from "@anamnesis/api/routes/exchange";
import type { NodeContext } from "../context.ts";

/** Members, their people and devices, and the committee, as this node's copy of the ledger has them. Nothing of patients. */
export async function directoryPage(context: Pick<NodeContext, "copy">): Promise<Directory> {
  const [members, actors, committee] = await Promise.all([
    context.copy.members(),
    context.copy.actors(),
    context.copy.committee(),
  ]);
  return {
    members: members.map(
      ({ organisation, kind, name, endpoint, signer, keyCard, custodian, status, earlierKeys }) => {
        return { organisation, kind, name, endpoint, signer, keyCard, custodian, status, earlierKeys };
      },
    ),
    actors: actors.map(({ actor, organisation, role, signer, keyCard, active }) => ({
      actor,
      organisation,
      role,
      signer,
      keyCard,
      active,
    })),
    committee,
  };
}
