import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { hpkeBackend, kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid, OrganisationId } from "@anamnesis/core/ids";
import { indexDueTexts } from "@anamnesis/fhir-server/store/indexDueTexts";
import { evmContractAccounts } from "@anamnesis/ledger/evm/evmContractAccounts";
import { EvmLedger } from "@anamnesis/ledger/evm/evmLedger";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { FileReceiptLog } from "@anamnesis/storage/receiptLog/fileReceiptLog";
import { mkdir } from "node:fs/promises";
import { admittedBefore } from "./access/nonceMemory.ts";
import { RequestWindow } from "./access/requestWindow.ts";
import { createBlobMender } from "./blobs/mendBlobs.ts";
import { type BlobTrouble, WatchedBlobStore } from "./blobs/watchedBlobStore.ts";
import { DkgRuns } from "./committee/dkgRuns.ts";
import { ClockWatch } from "./clock/clockWatch.ts";
import { followClock } from "./clock/followClock.ts";
import { PeerClocks } from "./clock/peerClocks.ts";
import type { NodeConfig } from "./config.ts";
import type { NodeContext } from "./context.ts";
import { HeaderProofs } from "./records/headerProofs.ts";
import { RecentRecords } from "./replicate/recentRecords.ts";
import { createOAuth, type OAuth } from "./oauth/createOAuth.ts";
import { createSoftwareKeyLogin } from "./oauth/softwareKeyLogin.ts";
import { fhirLoginHandlers } from "./routes/fhirLoginHandlers.ts";
import { oauthMounts } from "./oauth/oauthMounts.ts";
import { migrate } from "./database/migrate.ts";
import { openDatabase } from "./database/openDatabase.ts";
import { keepKeyCards } from "./directory/keyCards.ts";
import { sealPass } from "./fhir/seal/sealPass.ts";
import { RateLimit } from "./http/rateLimit.ts";
import { createFhirEndpoint } from "./fhir/fhirEndpoint.ts";
import { readFhirPackages } from "./fhir/packages/readFhirPackages.ts";
import { createSteps } from "./http/createSteps.ts";
import { createServer } from "./http/server.ts";
import { createSqlLedgerCopy } from "./indexer/sqlLedgerCopy.ts";
import { openCustodyShare } from "./keystore/fileCustodyShare.ts";
import { openKeystore } from "./keystore/keystore.ts";
import { useCurrentKeys } from "./keystore/useCurrentKeys.ts";
import { NODE_FILES } from "./nodeFiles.ts";
import { createPortal } from "./portal/createPortal.ts";
import { SESSION_IDLE } from "./portal/session/sessions.ts";
import type { SessionStore } from "./portal/session/sessionStore.ts";
import { createSqlSessionStore } from "./portal/session/sqlSessionStore.ts";
import { createPasses, type Pass } from "./passes.ts";
import { retryAfterRotation } from "./outbox/recheckOutbox.ts";
import { adminHandlers } from "./routes/adminHandlers.ts";
import { auditHandlers } from "./routes/auditHandlers.ts";
import { createCatchUp } from "./access/catchUp.ts";
import { custodyHandlers } from "./routes/custodyHandlers.ts";
import { deskHandlers } from "./routes/deskHandlers.ts";
import { exchangeHandlers } from "./routes/exchangeHandlers.ts";
import { receivedHandlers } from "./routes/receivedHandlers.ts";
import { correctionHandlers } from "./routes/correctionHandlers.ts";
import { requestHandlers } from "./routes/requestHandlers.ts";
import { recordVerbHandlers } from "./routes/recordVerbHandlers.ts";
import { standingHandlers } from "./routes/standingHandlers.ts";
import { createJsonLogger } from "./runtime/jsonLogger.ts";
import type { Logger } from "./runtime/logger.ts";
import { type Durable, timedWrites } from "./runtime/durable.ts";
import type { Metrics } from "./runtime/metrics.ts";
import { createPrometheusMetrics } from "./runtime/prometheusMetrics.ts";
import { systemClock } from "./runtime/systemClock.ts";
import { systemRandom } from "./runtime/systemRandom.ts";
import { exactTimers } from "./runtime/exactTimers.ts";
import { systemTimers } from "./runtime/systemTimers.ts";
import { diskSpace } from "./status/diskSpace.ts";
import { LogStanding } from "./receipts/logStanding.ts";
import { askWitnesses } from "./witness/askWitnesses.ts";
import { openWitnessStore } from "./witness/fileWitnessStore.ts";
import { VERSION } from "./version.ts";
import { startWorker, type Worker } from "./runtime/worker.ts";

export interface RunningNode {
  readonly url: string;
  readonly organisation: OrganisationId;
  /** Stops accepting, finishes what was accepted, and closes everything in the order in which it is needed. */
  stop(): Promise<void>;
}

/** What a node's durable writes run in, given where it counts. */
export type Writes = (metrics: Metrics) => Durable;

const timed: Writes = (metrics) => timedWrites(metrics, () => performance.now());

/** Milliseconds between two looks at the other nodes' clocks. */
const CLOCKS_INTERVAL = 60_000;

/**
 * Starts one organisation's node: the one place where adapters are chosen. Resolves when it listens; custody answers only
 * when the copy of the ledger is complete. `curve` names the arithmetic that the process uses, for log and metrics;
 * `writes` is what every durable write runs in: what times it.
 *
 * Throws `keystore-missing`, `bad-passphrase`, what `openDatabase` throws, `sessions-unavailable`, `log-locked`, `log-corrupt`, `ledger-unavailable`,
 * `ledger-mismatch`, `port-in-use`.
 */
export async function startNode(
  config: NodeConfig,
  passphrase: string,
  curve: string,
  writes: Writes = timed,
): Promise<RunningNode> {
  const closing: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    let failure: { readonly error: unknown } | null = null;
    for (const close of closing.toReversed()) {
      // What does not close must not keep the others open: the database and the log hold locks.
      await close().catch((error: unknown) => (failure = { error }));
    }
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
  };
  try {
    return await start(config, passphrase, curve, writes, closing, closeAll);
  } catch (error) {
    // Why it did not start counts, not what did not close afterwards.
    await closeAll().catch(() => undefined);
    throw error;
  }
}

async function start(
  config: NodeConfig,
  passphrase: string,
  curve: string,
  writes: Writes,
  closing: (() => Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<RunningNode> {
  const { dataDir, settings } = config;
  const file = (name: keyof typeof NODE_FILES): string => join(dataDir, NODE_FILES[name]);
  const log = createJsonLogger(config.logLevel);
  const packages = await readFhirPackages(config.fhir.packages, log);
  const metrics = createPrometheusMetrics();
  const durable = writes(metrics);
  const keys = await openKeystore(file("keystore"), passphrase);
  const { organisation } = keys;
  const db = await openDatabase(config, file("database"), systemRandom);
  closing.push(() => db.close());
  const lockedAt = systemClock.now();
  const resumed = (await migrate(db)) > 0;
  await indexDueTexts(db);
  const after = admittedBefore(lockedAt, resumed);
  await durable("start.key-card", async () => {
    await keepKeyCards(db, keys.cards);
    // The process before may not have had the keys that count.
    if (keys.cards.length > 1) await retryAfterRotation(db);
  });
  await mkdir(file("blobs"), { recursive: true, mode: 0o700 });
  // Every worker begins with a pass, so what is noted before they are there is not missed.
  const trouble: { note: (cid: Cid, what: BlobTrouble) => void } = { note: () => undefined };
  const stored = await FilesystemBlobStore.open(file("blobs"));
  const blobs = new WatchedBlobStore(stored, (cid, what) => trouble.note(cid, what));
  const receipts = await FileReceiptLog.open(file("receipts"), { logId: fromHex(organisation) });
  closing.push(() => receipts.close());
  const witnessed = await openWitnessStore(file("witness"));
  const share = await openCustodyShare(dataDir, keys.custodySecret, (length) => systemRandom.bytes(length));
  const ledger = await EvmLedger.connect({
    rpcUrl: config.ledger.rpcUrl,
    identity: config.ledger.identity,
    relay: config.ledger.relay,
    firstBlock: config.ledger.firstBlock,
    account: toHex(keys.relayerSecret),
    clock: systemClock,
  });
  closing.push(() => ledger.close());
  const contractAccounts = evmContractAccounts({
    rpcUrl: config.ledger.rpcUrl,
    chainId: config.ledger.identity.chainId,
  });

  const workers = new Map<string, Worker>();
  const copy = createSqlLedgerCopy(db);
  await useCurrentKeys({ organisation, keys, copy, log });
  const context: NodeContext = {
    organisation,
    name: keys.card.name,
    settings,
    keys,
    clock: systemClock,
    random: systemRandom,
    timers: systemTimers,
    fetch: globalThis.fetch,
    db,
    durable,
    blobs,
    blobFailure: () => blobs.failure(),
    ledger,
    receipts,
    standing: new LogStanding(),
    witnessed,
    copy,
    proofs: new HeaderProofs(),
    recent: new RecentRecords(),
    share,
    metrics,
    log,
    wake: (worker) => workers.get(worker)?.wake(),
  };

  const window = new RequestWindow(after);
  const decoy = await kemKeyPair(systemRandom.bytes(32));
  const services = {
    window,
    decoyReceiptKey: decoy.publicKey,
    limit: new RateLimit({ rate: settings.releasesPerMinute / 60, burst: settings.releasesPerMinute }),
    catchUp: createCatchUp(context, "release_waits_total"),
  };
  const peers = new PeerClocks();
  const watch = new ClockWatch(systemClock, systemTimers);
  await followClock(context, null);
  const login = createSoftwareKeyLogin(context, config.fhir.clients);
  let oauth: OAuth | null = null;
  let url = "";
  const fhir = createFhirEndpoint(context, {
    policy: config.fhir.roles,
    packages,
    tokens: { requesterOf: (authorization) => (oauth ?? notListening()).requesterOf(authorization) },
    base: () => `${url}/fhir`,
    now: () => Date.now(),
    newId: () => randomUUID(),
  });
  const sessions =
    config.redisUrl === null
      ? createSqlSessionStore(context, SESSION_IDLE)
      : await sessionsInRedis(config.redisUrl, organisation, log);
  closing.push(() => sessions.close());
  const portal = await createPortal(context, config.portal, () => url, sessions, contractAccounts);
  const server = await createServer({
    host: config.host,
    port: config.port,
    after,
    context,
    origins: portal.origins,
    portal: portal.gate,
    pages: portal.pages,
    proxies: config.proxies,
    handlers: [
      ...exchangeHandlers(context, window, peers),
      ...custodyHandlers(context, services, new DkgRuns(context)),
      ...auditHandlers(context),
      ...adminHandlers(context, () => diskSpace(dataDir)),
      ...recordVerbHandlers(context),
      ...standingHandlers(context),
      ...deskHandlers(context, fhir),
      ...fhirLoginHandlers(login),
      ...receivedHandlers(context, window),
      ...requestHandlers(context, window),
      ...correctionHandlers(context, window),
      ...portal.handlers,
    ],
    raw: [...oauthMounts(() => oauth), ...portal.raw],
    fhir: {
      endpoint: fhir,
      inSteps: createSteps(exactTimers((code) => log.error("steps-coarse", { code }))),
    },
  });
  url = config.publicUrl ?? server.url;
  oauth = createOAuth({ context, url, clients: config.fhir.clients, login });

  const { passes: common, settled } = createPasses(context, copy, url);
  // On the store itself: what it looks at is not noted again.
  const mender = createBlobMender({ ...context, blobs: stored });
  trouble.note = (cid, what) => {
    if (mender.note(cid, what)) context.wake("mend");
  };
  const unwritable = new Set<string>();
  const passes: Readonly<Record<string, Pass>> = {
    ...common,
    indexer: {
      ...common.indexer,
      run: async () => {
        await followClock(context, watch);
        await common.indexer.run();
        if (!context.standing.asked) await askWitnesses(context);
      },
    },
    clocks: { interval: CLOCKS_INTERVAL, run: () => peers.measure(context) },
    mend: { interval: settings.anchorInterval, run: async () => void (await mender.pass()) },
    seal: { interval: settings.anchorInterval, run: () => sealPass(context, unwritable) },
    audit: { interval: settings.anchorInterval, run: () => fhir.indexAudits() },
  };
  for (const [name, { interval, run }] of Object.entries(passes)) {
    workers.set(name, startWorker({ name, interval, timers: systemTimers, log, metrics, run }));
  }
  closing.push(async () => {
    await server.close();
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
    await settled();
  });
  log.info("started", { organisation, url, curve, hpke: await hpkeBackend() });
  metrics.info({ curve, hpke: await hpkeBackend(), version: VERSION });

  let stopping: Promise<void> | null = null;
  return { url, organisation, stop: () => (stopping ??= closeAll()) };
}

/** The client of Redis is hundreds of modules: loaded by nodes that have one. */
async function sessionsInRedis(
  url: string,
  organisation: OrganisationId,
  log: Logger,
): Promise<SessionStore> {
  const { connectRedisSessionStore } = await import("./portal/session/redisSessionStore.ts");
  return connectRedisSessionStore(url, organisation, log);
}

/** Between listening and knowing the own address no request is answered. */
function notListening(): never {
  throw new AnamnesisError({
    code: "busy",
    rule: "A node answers once it knows its own address.",
    fix: "Wait for the seconds that Retry-After names.",
  });
}
