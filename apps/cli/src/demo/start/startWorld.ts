import { randomBytes } from "node:crypto";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { type KeyCard, keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { addressOf } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import { type Anvil, type AnvilOptions, startAnvil } from "@anamnesis/ledger/evm/anvil";
import { deployContracts } from "@anamnesis/ledger/evm/deployContracts";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import type { FhirClientKey } from "@anamnesis/sdk/fhirToken";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { writeDurably } from "../../files/durableFile.ts";
import type { Lock } from "../../files/keyFiles.ts";
import { type LedgerFile, ledgerSection, readLedgerFile, writeLedgerFile } from "../../files/ledgerFile.ts";
import { connectLedger } from "../../files/openLedgerFile.ts";
import type { NodeLaunch } from "../../nodeProcess.ts";
import { operator } from "@anamnesis/node/operator";
import { systemRuntime } from "../../runtime.ts";
import { CAST, ORGANISATIONS, type OrganisationKey, THRESHOLD } from "../cast.ts";
import { until, whenStarted } from "../until.ts";
import { DemoNode } from "./demoNode.ts";
import { demoClient, demoClientKey } from "./fhirClient.ts";
import { type NodeDatabase, nodeDatabase } from "./nodeDatabase.ts";
import {
  type Administrators,
  loadAdministrators,
  loadPeople,
  type People,
  registerPeople,
} from "./people.ts";
import { choosePorts } from "./ports.ts";
import { RANDOM_PASSPHRASE_WORK, randomPassphrase } from "./randomPassphrase.ts";
import type { StateFolder } from "./stateFolder.ts";

/** Seconds between two blocks of the embedded chain while the journey plays. */
const BLOCK_TIME = 0.5;
/** Blocks above the contracts on a chain that was given, which may replace its newest ones. */
const CONFIRMATIONS = 3;

/** Three organisations with their nodes and a chain, before they form a committee. */
export interface Organisations {
  readonly state: StateFolder;
  readonly lock: Lock;
  /** The embedded chain; `null` on a chain that was given. */
  readonly anvil: Anvil | null;
  readonly ledgerFile: LedgerFile;
  /** The ledger's reading side, past all nodes. */
  readonly ledger: LedgerPort;
  readonly nodes: Readonly<Record<OrganisationKey, DemoNode>>;
  readonly admins: Administrators;
  /** Their keys; `formConsortium` registers them. */
  readonly people: People;
  /** Whether an earlier run made it. */
  readonly resumed: boolean;
  /** Gas of the contracts' creation; 0 when they stood already. */
  readonly deploymentGas: number;
}

/** What the journey plays in. */
export interface World extends Organisations {
  readonly consortium: Consortium;
  /** Head of the chain when the journey began. */
  readonly firstBlock: number;
}

export interface StartOptions {
  readonly state: StateFolder;
  readonly firstPort: number | null;
  /** JSON-RPC address of a chain that runs already; an embedded one is started without it. */
  readonly ledgerUrl?: string;
  /** Of a PostgreSQL server on which each node gets a database; embedded ones when `null`. */
  readonly databaseUrl: string | null;
  /** Told of every database that was made or found on that server. */
  readonly onDatabase: (database: NodeDatabase) => void;
  readonly onDeath: (name: string, exitCode: number | null) => void;
  /** Told of every process before it is started, so that it can be stopped whatever happens next. */
  readonly onStarting: (process: { stop(): Promise<void> }) => void;
  /** Of the chain's process, beside where it listens and keeps its state. */
  readonly chain?: Pick<AnvilOptions, "keptStates">;
  /** Aborted when the demo ends: nothing is started any more. */
  readonly signal: AbortSignal;
  /** `portal.oidc` of the first hospital's node; it has no login of its own by default. */
  readonly oidc?: object;
  /** How each node's process is started; as every node is by default. */
  readonly launch?: (key: OrganisationKey) => NodeLaunch;
}

type PerOrganisation<T> = Readonly<Record<OrganisationKey, T>>;

async function perOrganisation<T>(work: (key: OrganisationKey) => Promise<T>): Promise<PerOrganisation<T>> {
  const entries = await Promise.all(ORGANISATIONS.map(async (key) => [key, await work(key)] as const));
  return Object.fromEntries(entries) as Record<OrganisationKey, T>;
}

/**
 * Starts chain and nodes, from what the state folder holds or anew, and waits until every node is ready.
 * Throws `port-in-use`, `chain-lost`, `other-chain`, what `deployContracts` throws, and what a node says when it cannot start.
 */
export async function startWorld(options: StartOptions): Promise<World> {
  return formConsortium(await startOrganisations(options));
}

/**
 * Starts chain and nodes, from what the state folder holds or anew, and waits until every node follows the ledger.
 * Throws as `startWorld`.
 */
export async function startOrganisations(options: StartOptions): Promise<Organisations> {
  const { state, onStarting, signal } = options;
  const lock: Lock = {
    passphrase: await randomPassphrase(state.passphrase),
    workFactor: RANDOM_PASSPHRASE_WORK,
  };
  const cards = await perOrganisation((key) => nodeCard(state, key));
  const organisations = await perOrganisation(async (key) => organisationIdOf(cards[key]));
  const { ledgerUrl } = options;
  const embedded = ledgerUrl === undefined;
  const ports = await choosePorts(options.firstPort, (embedded ? 1 : 0) + ORGANISATIONS.length);
  const nodePorts = embedded ? ports.slice(1) : ports;
  const nodes = await perOrganisation(async (key) => {
    const port = nodePorts[ORGANISATIONS.indexOf(key)] ?? 0;
    const { databaseUrl } = options;
    const database = databaseUrl === null ? null : await nodeDatabase(databaseUrl, key, organisations[key]);
    if (database !== null) options.onDatabase(database);
    return new DemoNode({
      key,
      card: cards[key],
      port,
      state,
      databaseUrl: database?.url,
      onDeath: ({ name }, exitCode) => options.onDeath(name, exitCode),
      signal,
      ...(options.launch === undefined ? {} : { launch: options.launch(key) }),
    });
  });

  const known = await readLedgerFile(state.ledger);
  signal.throwIfAborted();
  const anvil = embedded ? await startChain(options, ports[0]) : null;
  const rpcUrl = ledgerUrl ?? (anvil as Anvil).rpcUrl;
  const { ledgerFile, gas } =
    known === null
      ? await deploy(rpcUrl, embedded ? 0 : CONFIRMATIONS, cards, nodes)
      : { ledgerFile: { ...known, rpcUrl }, gas: 0 };
  const ledger = await openLedger(ledgerFile, embedded);
  await writeLedgerFile(state.ledger, ledgerFile);

  const admins = await loadAdministrators(state, lock, organisations);
  const fhirClient = await demoClientKey(state);
  await Promise.all(
    ORGANISATIONS.map(async (key) => {
      const node = nodes[key];
      await writeDurably(
        state.node(key).config,
        nodeConfig(state, node, ledgerFile, admins, fhirClient, key === "north" ? options.oidc : undefined),
      );
      onStarting(node);
      await node.start();
    }),
  );
  const people = await loadPeople(state, lock, organisations);
  await untilFollowing(nodes);
  return {
    state,
    lock,
    anvil,
    ledgerFile,
    ledger,
    nodes,
    admins,
    people,
    resumed: known !== null,
    deploymentGas: gas,
  };
}

/** Registers the people, forms the committee if there is none, and waits until every node is ready. */
export async function formConsortium(organisations: Organisations): Promise<World> {
  const { nodes, admins, people, ledger } = organisations;
  await Promise.all([registerPeople(nodes, admins, people), formCommittee(nodes, admins)]);
  await Promise.all(ORGANISATIONS.map((key) => nodes[key].ready()));
  await untilKnown(nodes, people);
  const { number } = await ledger.head();
  return {
    ...organisations,
    consortium: await loadConsortium({ runtime: systemRuntime, endpoint: nodes.north.url }),
    firstBlock: number,
  };
}

async function nodeCard(state: StateFolder, key: OrganisationKey): Promise<KeyCard> {
  const files = state.node(key);
  return operator.keystoreCard({
    dataDir: files.data,
    name: CAST[key].name,
    passphrase: await randomPassphrase(files.passphrase),
    workFactor: RANDOM_PASSPHRASE_WORK,
  });
}

async function startChain(
  { state, onStarting, chain }: StartOptions,
  port: number | undefined,
): Promise<Anvil> {
  const starting = startAnvil({
    ...(port === undefined ? {} : { port }),
    statePath: state.chain,
    blockTime: BLOCK_TIME,
    ...chain,
  });
  onStarting({ stop: async () => (await starting.catch(() => null))?.stop() });
  return starting;
}

async function deploy(
  rpcUrl: string,
  confirmations: number,
  cards: PerOrganisation<KeyCard>,
  nodes: PerOrganisation<DemoNode>,
): Promise<{ readonly ledgerFile: LedgerFile; readonly gas: number }> {
  const deployment = await deployContracts({
    rpcUrl,
    confirmations,
    // An account without coins or rights, forgotten after this call.
    account: toHex(randomBytes(32)),
    members: ORGANISATIONS.map((key) => ({
      organisation: nodes[key].organisation,
      kind: CAST[key].kind,
      signer: addressOf(cards[key].secp256k1),
      keyCard: keyCardDigest(cards[key]),
      custodian: true,
      name: CAST[key].name,
      endpoint: nodes[key].url,
    })),
  });
  const { identity, relay, firstBlock, gas } = deployment;
  return { ledgerFile: { rpcUrl, identity, relay, firstBlock }, gas };
}

/** Throws `chain-lost` or `other-chain` when the chain is not the one of the state folder. */
async function openLedger(file: LedgerFile, embedded: boolean): Promise<LedgerPort> {
  try {
    return await connectLedger(file);
  } catch (error) {
    if (!hasCode(error, "ledger-mismatch")) throw error;
    throw embedded ? chainLost() : otherChain(file.identity.chainId);
  }
}

function chainLost(): AnamnesisError<"chain-lost"> {
  return new AnamnesisError({
    code: "chain-lost",
    rule: "The chain of the state folder holds the consortium's contracts.",
    fix: "The embedded chain was ended before it was saved, or the state is of a chain that was given with --ledger: give it again. Or start with --fresh to discard the state and begin anew.",
  });
}

function otherChain(chainId: number): AnamnesisError<"other-chain"> {
  return new AnamnesisError({
    code: "other-chain",
    rule: "The state folder goes on with the chain that it began with: the one that holds its consortium's contracts.",
    fix: "Give --ledger the address of that chain (leave it out if it was the embedded one), another --state, or --fresh to begin anew on this chain.",
    meta: { chainIdOfState: chainId },
  });
}

function nodeConfig(
  state: StateFolder,
  node: DemoNode,
  ledgerFile: LedgerFile,
  admins: Administrators,
  fhirClient: FhirClientKey,
  oidc: object | undefined,
): string {
  const config = {
    dataDir: state.node(node.key).data,
    mode: "development",
    host: "127.0.0.1",
    port: Number(new URL(node.url).port),
    ledger: ledgerSection(ledgerFile),
    anchorIntervalMs: 1000,
    ledgerPollMs: 250,
    admins: [httpSigner(admins[node.key].ed25519).keyid],
    fhir: { clients: [demoClient(fhirClient)] },
    portal: { demo: state.node(node.key).portal, ...(oidc === undefined ? {} : { oidc }) },
    logLevel: "info",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Every node has read the ledger, and each knows where the others listen now. */
async function untilFollowing(nodes: PerOrganisation<DemoNode>): Promise<void> {
  await Promise.all(
    ORGANISATIONS.map((key) =>
      until({ what: `${nodes[key].name} following the ledger` }, async () => {
        const health = await nodes[key].health();
        if (health?.checks["ledger"]?.ok !== true) return null;
        const { members } = await connect(systemRuntime, nodes[key].url, null).call(
          exchangeRoutes.directory,
          {},
          undefined,
        );
        const endpoints = new Map<OrganisationId, string>(
          members.map((member) => [member.organisation, member.endpoint]),
        );
        return ORGANISATIONS.every((other) => endpoints.get(nodes[other].organisation) === nodes[other].url)
          ? true
          : null;
      }),
    ),
  );
}

async function formCommittee(nodes: PerOrganisation<DemoNode>, admins: Administrators): Promise<void> {
  const client = connect(systemRuntime, nodes.north.url, httpSigner(admins.north.ed25519));
  try {
    await whenStarted(() => client.call(adminRoutes.formCommittee, {}, { threshold: THRESHOLD }));
  } catch (error) {
    if (!hasCode(error, "committee-exists")) throw error;
  }
}

async function untilKnown(nodes: PerOrganisation<DemoNode>, people: People): Promise<void> {
  await Promise.all(
    ORGANISATIONS.map((key) =>
      until({ what: `the directory at ${nodes[key].name}` }, async () => {
        const client = connect(systemRuntime, nodes[key].url, null);
        const { actors } = await client.call(exchangeRoutes.directory, {}, undefined);
        const active = new Set(actors.filter((actor) => actor.active).map((actor) => actor.actor));
        return Object.values(people).every((keys) => active.has(actorOf(keys))) ? true : null;
      }),
    ),
  );
}
