import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandProcess } from "../runDemo.ts";

/** The demo's consortium with its portals, as `npm start` leaves it. */
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

/** Plays the demo in a temporary folder, and stays. @param more options of the command. */
export async function startPortalWorld(more: readonly string[] = []): Promise<PortalWorld> {
  const folder = await mkdtemp(join(tmpdir(), "portal-"));
  const state = join(folder, "state");
  const command = new CommandProcess(["demo", "--quick", "--state", state, ...more]);
  const output = await command.until("Ctrl-C");
  const urls = [...new Set(output.match(/http:\/\/localhost:\d+/g) ?? [])];
  const [north, south, laboratory] = urls;
  if (north === undefined || south === undefined || laboratory === undefined) {
    await command.stop();
    throw new Error(`The demo did not say where its portals are:\n${output}`);
  }
  const origins = urls.flatMap((url) => [url, url.replace("localhost", "127.0.0.1")]);
  const stop = async (): Promise<void> => {
    await command.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { north, south, laboratory, origins, state, stop };
}
