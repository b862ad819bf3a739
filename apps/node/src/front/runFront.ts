import process from "node:process";
import { readConfig, runProcess } from "../runProcess.ts";
import { parseFrontConfig } from "./frontConfig.ts";
import { startFront } from "./startFront.ts";

/** A front of a node as a process. `ANAMNESIS_CONFIG` names its configuration file, `REDIS_URL` the Redis server; it has no passphrase and no database. */
export async function runFront(): Promise<void> {
  await runProcess(async () => startFront(parseFrontConfig(await readConfig(), process.env)));
}
