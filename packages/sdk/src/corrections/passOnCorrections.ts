import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import type { Digest } from "@anamnesis/core/ids";
import { concurrently } from "../concurrently.ts";
import { segmentOf } from "../keys/patientKeys.ts";
import { ourError } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import type { ListCorrectionsParameters, ListedCorrection } from "./listCorrections.ts";

/** Brings corrections that wait and that their author's node does not show to it, where the same again changes nothing: it may have been down when they were asked for. Gives those that it took. */
export async function passOnCorrections(
  { runtime, consortium, keys }: Pick<ListCorrectionsParameters, "runtime" | "consortium" | "keys">,
  listed: readonly ListedCorrection[],
): Promise<readonly Digest[]> {
  const due = listed.filter(({ state, organisation, keptAt }) => {
    return state === "waiting" && !keptAt.includes(organisation);
  });
  const taken: Digest[] = [];
  await concurrently(due, 4, async ({ id, kind, organisation, sealed }) => {
    const endpoint = consortium.members.get(organisation)?.endpoint;
    if (endpoint === undefined) return;
    try {
      const client = patientClient(runtime, keys, segmentOf(keys, kind).id, endpoint);
      await client.call(correctionRoutes.putCorrection, {}, sealed);
      taken.push(id);
    } catch (error) {
      ourError(error);
    }
  });
  return taken;
}
