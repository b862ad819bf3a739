import { readFile, rename, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { collect } from "@anamnesis/api/http/collect";
import { downloadOf } from "@anamnesis/api/testing/wire";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { exchangeRoutes, MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import { CAST, ORGANISATIONS, type OrganisationKey, THRESHOLD } from "@anamnesis/cli/demo/cast";
import { until } from "@anamnesis/cli/demo/until";
import { connectLedger } from "@anamnesis/cli/files/openLedgerFile";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { equalBytes, fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { cidDigest, cidFromDigest, cidOf, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import { hasCode } from "@anamnesis/core/errors";
import type { Cid, Digest, Hash32, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { DEFAULT_PARAMETERS } from "@anamnesis/core/ledger/proposal";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import { openKeystore } from "@anamnesis/node/keystore/keystore";
import type { WritePoint } from "@anamnesis/node/runtime/writePoints";
import { createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { retractRecord } from "@anamnesis/sdk/retract";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { askAccessAndBeDenied } from "./askAccess.ts";
import { askCorrectionAndBeDeclined } from "./askCorrection.ts";
import { eventsOf } from "./checks.ts";
import { reorganise } from "./engine.ts";
import type { KillableConsortium, Side } from "./killableConsortium.ts";
import type { Patient } from "./patient.ts";
import { persist } from "./persist.ts";
import { takesRequests } from "./takesRequests.ts";
import { bindFhir, writeAndDelete, writeFhir } from "./writeFhir.ts";

export interface Stage {
  readonly consortium: KillableConsortium;
  /** Another name at each call. */
  readonly next: () => string;
  /** None while the committee is being formed. */
  readonly writer: Patient;
  readonly revoker: Patient;
}

/** Brings a node to the point, lets it die there, starts it again and ends what was begun. */
type Scenario = (stage: Stage, side: Side, point: WritePoint) => Promise<void>;

/** `at` dies while clients are at `verb`, which they say again until it succeeds. */
function during(
  at: OrganisationKey | ((stage: Stage) => OrganisationKey),
  verb: (stage: Stage) => Promise<unknown>,
): Scenario {
  return async (stage, side, point) => {
    const { consortium } = stage;
    const key = typeof at === "string" ? at : at(stage);
    // What others can do without it they would do without it: it would never come to the point.
    await takesRequests(consortium, key);
    const { dead } = await consortium.killAt(key, side, point);
    await Promise.all([verb(stage), dead.then(() => consortium.restart(key))]);
  };
}

const imports = (bytes?: number) => async (stage: Stage) => {
  const name = stage.next();
  await persist("an import", () => stage.writer.import(name, 2, bytes));
};
const grants = async ({ revoker }: Stage) => persist("a grant", () => revoker.grant());
const revokes = async (stage: Stage) => {
  await grants(stage);
  await persist("a revocation", () => stage.revoker.revoke());
};
const writes = ({ consortium, next }: Stage) => writeFhir(consortium, next());
const binds = ({ consortium, next }: Stage) => bindFhir(consortium, next());
const deletes = ({ consortium, next }: Stage) => writeAndDelete(consortium, next());
const rotates = async (stage: Stage) => {
  await imports()(stage);
  await persist("a rotation", () => stage.writer.rotate());
};
const opens = async ({ writer }: Stage) => persist("an opening", () => writer.open("all"));

/** A record that both hospitals have to sign: its author's node names them once it is anchored. */
const importsCosigned = async (stage: Stage): Promise<string> => {
  const { nodes } = stage.consortium.world;
  const name = stage.next();
  const organisations = [nodes.north.organisation, nodes.south.organisation];
  await persist("an import to be co-signed", () =>
    stage.writer.import(name, 1, 200, { endorsers: { threshold: 2, organisations } }),
  );
  return `${name}-0`;
};
const endorses = async (stage: Stage) => {
  const key = await importsCosigned(stage);
  await persist("a grant to endorse under", () => stage.writer.grant());
  await persist("an endorsement", () => stage.writer.endorse(key));
};
const declinesIt = async (stage: Stage) => {
  const key = await importsCosigned(stage);
  await persist("a grant to decline under", () => stage.writer.grant());
  await persist("a decline", () => stage.writer.decline(key));
};
const erases = async (stage: Stage) => {
  const name = stage.next();
  await persist("an import to erase", () => stage.writer.import(name, 1));
  await persist("an erasure", () => stage.writer.erase(`${name}-0`));
};
const retracts = async (stage: Stage) => {
  const { nodes, admins } = stage.consortium.world;
  const name = stage.next();
  await persist("an import to take back", () => stage.writer.import(name, 1));
  const record = stage.writer.accepted.get(`${name}-0`) as RecordId;
  const node = connect(systemRuntime, nodes.north.url, httpSigner(admins.north.ed25519));
  await persist("taking back", () => retractRecord(node, record));
};

/** What a doctor of the southern hospital opened is kept at its node. */
const keeps = async (stage: Stage) => {
  const name = stage.next();
  await persist("an import to keep", () => stage.writer.import(name, 1));
  await persist("a grant to keep under", () => stage.writer.grant());
  await persist("keeping", () => stage.writer.keep(`${name}-0`));
};
const revokesKept = async (stage: Stage) => {
  await keeps(stage);
  await persist("a revocation of what was kept", () => stage.writer.revoke());
};

/** The custodian that a device asks first to bring an erasure onto the ledger. */
function firstCustodian({ consortium: { world } }: Stage): OrganisationKey {
  const [first] = world.consortium.committee.custodians;
  return ORGANISATIONS.find((key) => world.nodes[key].organisation === first?.organisation) ?? "north";
}

/** The first member that a device asks to relay a consent. */
function firstRelay({ consortium: { world } }: Stage): OrganisationKey {
  const [first] = world.consortium.members.values();
  return ORGANISATIONS.find((key) => world.nodes[key].organisation === first?.organisation) ?? "north";
}

const forming = (at: OrganisationKey) => during(at, formUntilDone);

/** The administrator asks again until there is a committee, or the run failed: a kill ends it, the next case goes on. */
async function formUntilDone({ consortium: { organisations } }: Stage): Promise<void> {
  const { nodes, admins } = organisations;
  const client = connect(systemRuntime, nodes.north.url, httpSigner(admins.north.ed25519));
  let begun = false;
  await persist("forming the committee", async () => {
    // What a run fails of is no matter; that it was begun is.
    await client.call(adminRoutes.formCommittee, {}, { threshold: THRESHOLD }).catch((error: unknown) => {
      if (hasCode(error, "node-starting") || (!begun && hasCode(error, "too-few-custodians"))) throw error;
    });
    begun = true;
  });
}

const starting: Scenario = async ({ consortium }, side, point) => {
  await consortium.kill("laboratory");
  await consortium.dieStarting("laboratory", side, point);
  await consortium.restart("laboratory");
};

/** A node that listens under another name tells the ledger. */
const announcing: Scenario = async (stage, side, point) => {
  const { consortium } = stage;
  const { config } = consortium.state.node("laboratory");
  const text = await readFile(config, "utf8");
  const value = JSON.parse(text) as { port: number; publicUrl?: string };
  const renamed = value.publicUrl === undefined;
  if (renamed) value.publicUrl = `http://localhost:${value.port}`;
  else delete value.publicUrl;
  await writeFile(config, JSON.stringify(value));
  await consortium.kill("laboratory");
  await consortium.dieStarting("laboratory", side, point);
  await consortium.restart("laboratory");
  const endpoint = value.publicUrl ?? `http://127.0.0.1:${value.port}`;
  await until({ what: "the new address on the ledger" }, async () => {
    const set = (await eventsOf(consortium.world)).filter((event) => event.type === "endpoint-set");
    return set.at(-1)?.endpoint === endpoint ? true : null;
  });
};

/** The engine hangs while the outbox sends. */
const withoutEngine: Scenario = async (stage, side, point) => {
  const { consortium } = stage;
  const { pid } = consortium.engine;
  process.kill(pid, "SIGSTOP");
  try {
    const { dead } = await consortium.killAt("north", side, point);
    await imports()(stage);
    await dead;
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await consortium.restart("north");
};

const reorganised: Scenario = async ({ consortium }, side, point) => {
  const { dead } = await consortium.killAt("laboratory", side, point);
  // Deep enough that the node has read at least one of the blocks.
  await reorganise(consortium.engine, 4);
  await dead;
  await consortium.restart("laboratory");
};

/** A part of a record is not on the author's disk when its home wants it; then it is there again. */
const incomplete: Scenario = async (stage, side, point) => {
  const { consortium, writer } = stage;
  await consortium.kill("south");
  const name = stage.next();
  await persist("an import", () => writer.import(name, 1));
  const path = blobPath(consortium, "north", await writer.contentOf(`${name}-0`));
  await rename(path, `${path}.away`);
  const { dead } = await consortium.killAt("north", side, point);
  await consortium.restart("south");
  await dead;
  await rename(`${path}.away`, path);
  await consortium.restart("north");
};

function blobPath({ state }: KillableConsortium, key: OrganisationKey, cid: Cid): string {
  return join(state.node(key).data, "blobs", "blobs", cid.slice(-3, -1), cid);
}

/** A manifest is damaged on the disk before its leaves are in the database. */
const damagedManifest: Scenario = async (stage, side, point) => {
  const { consortium } = stage;
  const { dead } = await consortium.killAt("south", "after", "manifest.blob");
  await imports()(stage);
  await dead;
  const batches = (await eventsOf(consortium.world)).filter((event) => event.type === "batch-anchored");
  const cid = cidFromDigest(fromHex(batches.at(-1)?.manifest as Digest), CODEC_DAG_CBOR);
  const path = blobPath(consortium, "south", cid);
  const bytes = await readFile(path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await writeFile(path, bytes);
  await consortium.dieStarting("south", side, point);
  await consortium.restart("south");
};

/** A content at its author's node is damaged, and somebody asks for it there; its other home has it. */
const damagedContent: Scenario = async (stage, side, point) => {
  const { consortium, writer } = stage;
  const { nodes, people } = consortium.world;
  const name = stage.next();
  await persist("an import", () => writer.import(name, 1));
  const cid = await writer.contentOf(`${name}-0`);
  // An import is accepted by its author's node alone: until it is stored elsewhere too, nobody could mend it.
  await persist("a copy at the other home", async () => {
    const home = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
    await collect(await home.call(exchangeRoutes.getBlob, { cid }, undefined), MAX_INLINE_CONTENT);
  });
  const { dead } = await consortium.killAt("north", side, point);
  const path = blobPath(consortium, "north", cid);
  const bytes = await readFile(path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await writeFile(path, bytes);
  const client = connect(systemRuntime, nodes.north.url, httpSigner(people.doctor.ed25519));
  await persist("a look at a damaged blob", async () => {
    await client.call(exchangeRoutes.getBlob, { cid }, undefined).catch((error: unknown) => {
      // Any other answer means that it was read, or that the node is dead already.
      if (hasCode(error, "node-starting")) throw error;
    });
  });
  await dead;
  await consortium.restart("north");
};

/** The laboratory anchors what is no manifest: only it can, and it hurts itself alone. */
const forgedManifest: Scenario = async ({ consortium, next }, side, point) => {
  const { state, world } = consortium;
  const { nodes, people, ledgerFile } = world;
  const files = state.node("laboratory");
  const keys = await openKeystore(
    join(files.data, "keystore.age"),
    (await readFile(files.passphrase, "utf8")).trim(),
  );
  const bytes = utf8ToBytes(`no manifest ${next()}`);
  const cid = cidOf(bytes, CODEC_DAG_CBOR);
  await persist("putting a blob", () =>
    connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519)).call(
      exchangeRoutes.putBlob,
      { cid },
      { digest: cidDigest(cid), ...downloadOf(bytes) },
    ),
  );
  const organisation = nodes.laboratory.organisation;
  const anchored = (await eventsOf(world)).filter(
    (event) => event.type === "batch-anchored" && event.organisation === organisation,
  );
  const hash = toHex<Digest>(createHash("sha256").update(bytes).digest());
  const sequence = anchored.length + 1;
  const intent: Intent = {
    type: "AnchorBatch",
    organisation,
    sequence,
    root: hash as string as Hash32,
    count: 1,
    manifest: hash,
  };
  const { dead } = await consortium.killAt("south", side, point);
  const ledger = await connectLedger(ledgerFile);
  await ledger.submit([{ intent, signatures: [keys.signDigest(intentDigest(ledger.identity, intent))] }]);
  await ledger.close();
  await dead;
  await consortium.restart("south");
};

const handsOver = async ({ consortium: { world } }: Stage) => {
  const { nodes, people } = world;
  const locator = toHex<Digest>(systemRuntime.random(32));
  const expiresAt = (systemRuntime.now() + 3600) as UnixSeconds;
  const client = connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519));
  const given = utf8ToBytes("sealed");
  await persist("a hand-over", () =>
    client.call(exchangeRoutes.putHandOver, {}, { locator, sealed: given, expiresAt }),
  );
  const { sealed } = await client.call(exchangeRoutes.getHandOver, { locator }, undefined);
  if (!equalBytes(sealed, given)) throw new TypeError("A hand-over is given as it was put.");
};

const asks = ({ consortium: { world }, writer }: Stage) => askAccessAndBeDenied(world, writer);
const corrects = async ({ consortium: { world }, writer, next }: Stage) => {
  const name = next();
  await persist("an import to correct", () => writer.import(name, 1));
  await askCorrectionAndBeDeclined(world, writer, writer.accepted.get(`${name}-0`) as RecordId);
};

const putsKeyCard = async ({ consortium: { world } }: Stage) => {
  const { nodes, people } = world;
  const { card } = await createActorKeys({
    name: CAST.south.name,
    subject: "device",
    organisation: nodes.south.organisation,
    random: systemRuntime.random,
  });
  await persist("putting a key card", () =>
    connect(systemRuntime, nodes.south.url, httpSigner(people.doctor.ed25519)).call(
      exchangeRoutes.putKeyCard,
      {},
      card,
    ),
  );
};

const registers = async ({ consortium: { world }, next }: Stage) => {
  const { nodes, admins } = world;
  const { card } = await createActorKeys({
    name: `Dr. ${next()}`,
    subject: "practitioner",
    organisation: nodes.south.organisation,
    random: systemRuntime.random,
  });
  await persist("registering a practitioner", () =>
    connect(systemRuntime, nodes.south.url, httpSigner(admins.south.ed25519)).call(
      adminRoutes.setActor,
      {},
      { keyCard: card, role: "practitioner", active: true },
    ),
  );
};

/** The longest pause as it is: what is decided changes nothing for the scenarios after it. */
const proposes = async ({ consortium: { world } }: Stage) => {
  const { nodes, admins } = world;
  const { maxPause: value } = DEFAULT_PARAMETERS;
  await persist("proposing a parameter", () =>
    connect(systemRuntime, nodes.south.url, httpSigner(admins.south.ed25519)).call(
      adminRoutes.propose,
      {},
      { action: { type: "set-parameter", parameter: "maxPause", value } },
    ),
  );
};

/** One dies while it keeps its pending share, so that the run is aborted at another, which dies of that. */
const aborted: Scenario = async (stage, side, point) => {
  const { consortium } = stage;
  // A run that the first refuses is aborted too: the second would die before there is a share.
  await takesRequests(consortium, "laboratory");
  const first = await consortium.killAt("laboratory", "before", "share.pending");
  const second = await consortium.killAt("south", side, point);
  await Promise.all([
    formUntilDone(stage),
    first.dead.then(() => consortium.restart("laboratory")),
    second.dead.then(() => consortium.restart("south")),
  ]);
};

/** In this order, and the last one's `after` leaves a committee. */
export const FORMING = {
  "share.pending": forming("laboratory"),
  "share.discard": aborted,
  "share.active": forming("laboratory"),
  "certificate.rows": forming("laboratory"),
  "committee.outbox": forming("north"),
} as const satisfies Readonly<Partial<Record<WritePoint, Scenario>>>;

/**
 * No scenario. `witness.evidence` takes a custodian's log key that signs two stories: `apps/node/src/witness` tests what is kept then. `portal.vault`: `apps/node/src/portal` ends at each statement; the others of the portal are one statement or
 * transaction each, after which a person signs in again. `desk.patient` is one statement: `apps/node/src/desk` ends at each that a registration makes.
 * `fhir.consent-status` follows from other tables and is done again: `apps/node/src/fhir/patient/signedConsent.test.ts`.
 */
export const ELSEWHERE = [
  "witness.evidence",
  "portal.account",
  "portal.ceremony",
  "portal.attempt",
  "portal.login",
  "portal.passkey",
  "portal.session",
  "portal.session-end",
  "portal.vault",
  "portal.device",
  "portal.shut-out",
  "portal.registration",
  "desk.patient",
  "fhir.consent-status",
] as const satisfies readonly WritePoint[];

/** Every other write point: one that has no scenario does not compile. */
export const WORKING: Readonly<
  Record<Exclude<WritePoint, keyof typeof FORMING | (typeof ELSEWHERE)[number]>, Scenario>
> = {
  "start.key-card": starting,
  "clock.retries": starting,
  "ingest.blobs": during("north", imports()),
  "ingest.content": during("north", imports(300_000)),
  "ingest.rows": during("north", imports()),
  "replicate.settle": during("north", imports()),
  "replicate.postpone": incomplete,
  "anchor.manifest": during("north", imports()),
  "anchor.batch": during("north", imports()),
  "head.checkpoint": during("laboratory", opens),
  "witness.head": during("south", opens),
  "oauth.rows": during("north", writes),
  "fhir.write": during("north", writes),
  "fhir.audit": during("north", writes),
  "fhir.bind": during("north", binds),
  "fhir.void": during("north", deletes),
  "fhir.audit-index": during("north", writes),
  "outbox.submit": during("north", imports()),
  "outbox.settle": during("north", imports()),
  "outbox.attempts": withoutEngine,
  "indexer.page": during("laboratory", imports()),
  "indexer.rollback": reorganised,
  "manifest.blob": during("south", imports()),
  "manifest.rows": during("south", imports()),
  "manifest.invalid": forgedManifest,
  "manifest.discard": damagedManifest,
  "mend.blob": damagedContent,
  "card.rows": during("laboratory", revokes),
  "card.chain": during("laboratory", rotates),
  "rotation.outbox": during("north", rotates),
  "permit.rows": during("north", rotates),
  "handover.rows": during("south", handsOver),
  "consent.outbox": during(firstRelay, grants),
  "grant.rows": during("south", grants),
  "revoke.sticky": during("laboratory", revokes),
  "revoke.outbox": during("laboratory", revokes),
  "request.rows": during("south", asks),
  "request.withdrawal": during("north", asks),
  "request.answer": during("south", asks),
  "correction.rows": during("north", corrects),
  "correction.withdrawal": during("south", corrects),
  "correction.answer": during("north", corrects),
  "erase.sticky": during("laboratory", erases),
  "erase.outbox": during(firstCustodian, erases),
  "erase.blobs": during("south", erases),
  "erase.receipt": during("north", erases),
  "record.outbox": during("north", importsCosigned),
  "retract.outbox": during("north", retracts),
  "endorse.outbox": during("south", endorses),
  "decline.rows": during("south", declinesIt),
  "release.receipt": during("south", opens),
  "fhir.received-rows": during("south", keeps),
  "fhir.received-purge": during("south", revokesKept),
  "directory.key-card": during("south", putsKeyCard),
  "directory.actor": during("south", registers),
  "directory.endpoint": announcing,
  "consortium.outbox": during("south", proposes),
};
