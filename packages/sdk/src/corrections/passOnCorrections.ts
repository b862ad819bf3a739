import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import type { Digest, OrganisationId } from "@anamnesis/core/ids";
import { concurrently } from "../concurrently.ts";
import { newestCard, segmentOf } from "../keys/patientKeys.ts";
import { ourError } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import { keepersOfCorrection } from "./keepersOfCorrection.ts";
import type { ListCorrectionsParameters, ListedCorrection } from "./listCorrections.ts";

/** A correction that a member's node took now. */
export interface PassedOn {
  readonly id: Digest;
  readonly organisation: OrganisationId;
}

/** Brings corrections that wait to the author's node and to those homes that did not show them, where the same again changes nothing: a node may have been down when they were asked for. */
export async function passOnCorrections(
  { runtime, consortium, keys }: Pick<ListCorrectionsParameters, "runtime" | "consortium" | "keys">,
  listed: readonly ListedCorrection[],
): Promise<readonly PassedOn[]> {
  const due = listed
    .filter(({ state }) => state === "waiting")
    .flatMap(({ id, kind, organisation, sealed, keptAt }) => {
      const segment = segmentOf(keys, kind);
      const keepers = keepersOfCorrection(consortium, organisation, newestCard(segment).body.homes);
      const others = keepers.filter((keeper) => !keptAt.includes(keeper.organisation));
      return others.map((keeper) => ({ id, segment, sealed, keeper }));
    });
  const taken: PassedOn[] = [];
  await concurrently(due, 4, async ({ id, segment, sealed, keeper: { organisation, endpoint } }) => {
    try {
      const client = patientClient(runtime, keys, segment.id, endpoint);
      await client.call(correctionRoutes.putCorrection, {}, sealed);
      taken.push({ id, organisation });
    } catch (error) {
      ourError(error);
    }
  });
  return taken;
}
