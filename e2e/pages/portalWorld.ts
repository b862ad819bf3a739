import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ORGANISATIONS, type OrganisationKey } from "@anamnesis/cli/demo/cast";
import { beginJourney } from "@anamnesis/cli/demo/journey";
import { furnishPortal } from "@anamnesis/cli/demo/portal/furnishPortal";
import { portalAddress } from "@anamnesis/cli/demo/portal/portalLines";
import { portalSource } from "@anamnesis/cli/demo/sources";
import { openStateFolder } from "@anamnesis/cli/demo/start/stateFolder";
import { startWorld } from "@anamnesis/cli/demo/start/startWorld";

/** The demo's consortium and its people of the portal, without the journey that the demo plays before: it takes longer than all of this. */
export interface PortalWorld {
  /** Addresses of the portals, as the demo prints them: the hospital of the records first, then the doctor's, then the laboratory's. */
  readonly north: string;
  readonly south: string;
  readonly laboratory: string;
  /** Every origin that a page may talk to. */
  readonly origins: readonly string[];
  readonly state: string;
  stop(): Promise<void>;
}

/** Starts it in a temporary folder, and it stays. @param oidc `portal.oidc` of the first hospital's node. */
export async function startPortalWorld(oidc?: object): Promise<PortalWorld> {
  const folder = await mkdtemp(join(tmpdir(), "portal-"));
  const state = await openStateFolder(join(folder, "state"), true);
  const started: { stop(): Promise<void> }[] = [];
  const end = new AbortController();
  const stop = async (): Promise<void> => {
    end.abort();
    for (const process of started.toReversed()) await process.stop();
    await state.release();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const world = await startWorld({
      state,
      firstPort: null,
      databaseUrl: null,
      onDatabase: () => undefined,
      onDeath: (name, exitCode) => {
        if (!end.signal.aborted) process.stderr.write(`\n×  ${name} ended with ${exitCode}\n`);
      },
      onStarting: (process) => void started.push(process),
      signal: end.signal,
      ...(oidc === undefined ? {} : { oidc }),
    });
    await furnishPortal(beginJourney(world, portalSource(), []), {});
    const addressOf = (key: OrganisationKey): string => new URL(portalAddress(world.nodes[key].url)).origin;
    return {
      north: addressOf("north"),
      south: addressOf("south"),
      laboratory: addressOf("laboratory"),
      origins: ORGANISATIONS.flatMap((key) => [addressOf(key), world.nodes[key].url]),
      state: state.path,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
