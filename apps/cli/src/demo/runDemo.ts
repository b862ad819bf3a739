import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { AnamnesisError } from "@anamnesis/core/errors";
import { writeDurably } from "../files/durableFile.ts";
import { count, counted, duration } from "../output/format.ts";
import { errorLines, errorReport } from "../output/reportError.ts";
import { Steps } from "../output/steps.ts";
import { CAST } from "./cast.ts";
import { beginJourney, type Journey } from "./journey.ts";
import { printNextSteps } from "./nextSteps.ts";
import { DemoPatient } from "./patient.ts";
import { generatedSources, givenSources, type Sources } from "./sources.ts";
import type { NodeDatabase } from "./start/nodeDatabase.ts";
import { furnishPortal } from "./portal/furnishPortal.ts";
import { firstPortalLines } from "./portal/portalLines.ts";
import { readLoginFile } from "./start/readLoginFile.ts";
import { openStateFolder, type StateFolder } from "./start/stateFolder.ts";
import { formConsortium, startOrganisations, type World } from "./start/startWorld.ts";
import { coSignResult } from "./steps/coSignResult.ts";
import { enrolPatients } from "./steps/enrolPatients.ts";
import { eraseResult } from "./steps/eraseResult.ts";
import { grantDoctor } from "./steps/grantDoctor.ts";
import { grantLaboratory } from "./steps/grantLaboratory.ts";
import { importRecords } from "./steps/importRecords.ts";
import { openAll } from "./steps/openAll.ts";
import { refuseStranger } from "./steps/refuseStranger.ts";
import { revokeDoctor } from "./steps/revokeDoctor.ts";
import { shutOutThief } from "./steps/shutOutThief.ts";
import { stopCustodians } from "./steps/stopCustodians.ts";
import { sumUp } from "./steps/sumUp.ts";
import { takeOverFromDesk } from "./steps/takeOverFromDesk.ts";
import { verifyLog } from "./steps/verifyLog.ts";
import { watchLedger } from "./watchLedger.ts";
import { watchNodes } from "./watchNodes.ts";

export interface DemoOptions {
  /** Play, then end; state in a temporary folder. */
  readonly once: boolean;
  /** Files and folders of FHIR R4 Bundles; the demo's own by default. */
  readonly input: readonly string[];
  /** File for the report. */
  readonly json: string | null;
  /** Discard the state first. */
  readonly fresh: boolean;
  /** First of four ports (three with `ledger`); free ones by default. */
  readonly port: number | null;
  /** JSON-RPC address of a chain that runs already; an embedded one by default. */
  readonly ledger: string | null;
  /** State folder; ignored with `once`. */
  readonly state: string;
  /** Open the first patient's records only. */
  readonly quick: boolean;
  /** Says where state and logs are, and the ids of the processes. */
  readonly verbose: boolean;
  /** File with the first hospital's own login (`portal.oidc`); none by default. */
  readonly oidc: string | null;
}

interface Stoppable {
  stop(): Promise<void>;
}

const TITLE = "Anamnesis: three organisations, three custodians of whom two open a record, one chain";

/** Milliseconds for what was broken off to end by itself. */
const SOON = 5_000;

/**
 * Starts the consortium and plays the journey; without `once` it stays up until SIGINT or SIGTERM. Whatever happens, it
 * ends the processes that it started, nodes before the chain. Throws what a step throws.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  // Input is read before anything is started: what is wrong with it is said at once.
  const sources = options.input.length === 0 ? generatedSources() : await givenSources(options.input);
  expectPatients(sources);
  const oidc = options.oidc === null ? null : await readLoginFile(options.oidc);
  const state = await openStateFolder(options.once ? null : options.state, options.fresh);
  const started: Stoppable[] = [];
  const databases: NodeDatabase[] = [];
  const interruption = onInterrupt();
  const steps = new Steps();
  const end = new AbortController();
  const watching = new AbortController();
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => undefined);
  let playing: Promise<unknown> = Promise.resolve();
  const stopAll = async (): Promise<void> => {
    end.abort();
    watching.abort();
    for (const process of started.toReversed()) await process.stop();
    // What was broken off may still write into the folder that goes away now. Without its processes it soon ends.
    await Promise.race([playing, delay(SOON, undefined, { ref: false })]);
    if (options.once) await Promise.all(databases.map((database) => database.drop()));
    await state.release();
  };
  const onDeath = (name: string, exitCode: number | null): void => {
    if (end.signal.aborted) return;
    const error = nodeEnded(name, exitCode);
    process.stderr.write(errorLines(errorReport(error)));
    death.reject(error);
  };
  const begin = performance.now();
  let world: World | null = null;
  try {
    const played = play(options, sources, steps, async () => {
      const organisations = await startOrganisations({
        state,
        firstPort: options.port,
        ...(options.ledger === null ? {} : { ledgerUrl: options.ledger }),
        ...(oidc === null ? {} : { oidc }),
        databaseUrl: process.env["DATABASE_URL"] || null,
        onDatabase: (database) => void databases.push(database),
        onDeath,
        onStarting: (process) => void started.push(process),
        signal: end.signal,
      });
      if (!options.once) {
        // Whoever starts it to look at the pages need not wait for, nor look behind, all that comes now.
        for (const line of await firstPortalLines(organisations)) steps.line(line);
        steps.title(TITLE);
      }
      world = await formConsortium(organisations);
      watchLedger(world, watching.signal).catch((error: unknown) => death.reject(error));
      return world;
    });
    playing = played.catch(() => undefined);
    const journey = await Promise.race([played, death.promise, interruption.promise]);
    if (journey === null) throw interrupted();
    steps.line(
      `\n  ${counted(steps.reports.length, "step")} passed in ${duration(performance.now() - begin)}.\n`,
    );
    if (options.json !== null)
      await writeReport(options.json, steps, sources, journey, performance.now() - begin);
    watching.abort();
    if (!options.once) await stayUp(journey, state, steps, interruption.promise);
  } catch (error) {
    if (options.json !== null)
      await writeReport(options.json, steps, sources, null, performance.now() - begin);
    throw error;
  } finally {
    interruption.release();
    await stopAll();
  }
}

async function play(
  options: DemoOptions,
  sources: Sources,
  steps: Steps,
  start: () => Promise<World>,
): Promise<Journey> {
  if (options.once) steps.title(TITLE);
  let journey: Journey | null = null;
  await steps.run("start: chain, nodes, committee", async (facts) => {
    const world = await start();
    const patients = sources.patients.map((source) => new DemoPatient(world.state, world.lock, source));
    journey = beginJourney(world, sources, patients);
    const chain = await chainOf(world);
    facts["chainId"] = chain.id;
    facts["resumed"] = world.resumed;
    facts["deploymentGas"] = world.deploymentGas;
    const how = world.resumed
      ? "resumed from the state folder"
      : `contracts deployed, ${count(world.deploymentGas)} gas`;
    const lines = [
      `${Object.values(CAST)
        .map(({ name }) => name)
        .join(", ")}: a process, a database and a disk each; ${how}`,
      chain.text,
    ];
    if (options.verbose) {
      lines.push(
        `state and logs: ${world.state.path}`,
        ...(world.anvil === null ? [] : [`chain: ${world.anvil.rpcUrl}, process ${world.anvil.pid}`]),
      );
      for (const node of Object.values(world.nodes)) lines.push(`${node.name}: ${node.url}`);
    }
    return lines;
  });
  const current: Journey = journey as unknown as Journey;
  const opened = options.quick ? current.patients.slice(0, 1) : current.patients;
  await steps.run("1 patients enrol", (facts) => enrolPatients(current, facts));
  await steps.run("2 hospital and laboratory import", (facts) => importRecords(current, facts));
  await steps.run("3 patients grant a doctor of the other hospital", (facts) =>
    grantDoctor(current, opened, facts),
  );
  await steps.run("4 the doctor opens everything", (facts) => openAll(current, opened, facts));
  await steps.run("5 a second doctor is refused", (facts) => refuseStranger(current, facts));
  await steps.run("6 a grant for laboratory results only", (facts) => grantLaboratory(current, facts));
  await steps.run("7 custodians stop and come back", (facts) => stopCustodians(current, facts));
  await steps.run("8 the patient revokes", (facts) => revokeDoctor(current, facts));
  await steps.run("9 a stolen device is shut out", (facts) => shutOutThief(current, facts));
  await steps.run("10 a patient of the front desk takes over", (facts) => takeOverFromDesk(current, facts));
  await steps.run("11 laboratory and hospital sign a result", (facts) => coSignResult(current, facts));
  await steps.run("12 a patient erases a record", (facts) => eraseResult(current, facts));
  await steps.run("13 the patient checks the access log", (facts) => verifyLog(current, facts));
  await steps.run("14 totals", (facts) => sumUp(current, facts));
  // Somebody has to stay to look at it.
  if (!options.once) await steps.run("15 people for the portal", (facts) => furnishPortal(current, facts));
  return current;
}

/** Which chain it is; of its address the host and the port alone, since the rest can hold credentials. */
async function chainOf({ anvil, ledger, ledgerFile }: World): Promise<{ id: number; text: string }> {
  const id = ledger.identity.chainId;
  const { number } = await ledger.head();
  const where =
    anvil === null
      ? `at ${new URL(ledgerFile.rpcUrl).host}, which was given with --ledger`
      : "embedded: a development engine, which one process decides";
  return { id, text: `chain ${id} ${where}; block ${count(number)}` };
}

function expectPatients({ patients, bundles }: Sources): void {
  if (patients.length > 0) return;
  throw new AnamnesisError({
    code: "no-patients",
    rule: "The journey needs a Bundle with a patient.",
    fix: "Give a Bundle that holds a Patient resource.",
    meta: { bundles },
  });
}

async function stayUp(
  journey: Journey,
  state: StateFolder,
  steps: Steps,
  interrupted: Promise<null>,
): Promise<void> {
  await printNextSteps(journey, state, (text) => steps.line(text));
  await watchNodes(journey.world, interrupted, (text) => steps.line(text));
}

async function writeReport(
  path: string,
  { reports }: Steps,
  sources: Sources,
  journey: Journey | null,
  milliseconds: number,
): Promise<void> {
  const ok = journey !== null && reports.every((report) => report.ok);
  const report = {
    ok,
    milliseconds: Math.round(milliseconds),
    environment: { node: process.version, platform: process.platform, cores: availableParallelism() },
    totals: {
      bundles: sources.bundles,
      resources: sources.resources,
      patients: sources.patients.length,
      records: journey?.records.length ?? null,
    },
    steps: reports,
  };
  await writeDurably(path, `${JSON.stringify(report, null, 2)}\n`);
}

/** Resolves at the first SIGINT or SIGTERM; at a second one this process ends as it would have without the demo. */
function onInterrupt(): { readonly promise: Promise<null>; readonly release: () => void } {
  const { promise, resolve } = Promise.withResolvers<null>();
  const signals = ["SIGINT", "SIGTERM"] as const;
  const handler = (): void => resolve(null);
  for (const signal of signals) process.once(signal, handler);
  return {
    promise,
    release: () => {
      for (const signal of signals) process.off(signal, handler);
    },
  };
}

function interrupted(): AnamnesisError<"interrupted"> {
  return new AnamnesisError({
    code: "interrupted",
    rule: "The journey plays to its end.",
    fix: "Start it again: it goes on with the state that is there.",
  });
}

function nodeEnded(node: string, exitCode: number | null): AnamnesisError<"node-ended"> {
  return new AnamnesisError({
    code: "node-ended",
    rule: "A node runs until it is told to stop.",
    fix: "Read the node's log in the state folder, then start the demo again: it goes on with the same state.",
    meta: { node, exitCode: exitCode ?? "none" },
  });
}
