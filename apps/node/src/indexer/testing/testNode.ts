import { createHash } from "node:crypto";
import type { Fetch } from "@anamnesis/api/client";
import { type KeyCard, keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { addressOf, publicKeyOf, sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type BodyLabel, parseUnixSeconds, type RecordId, type UnixSeconds } from "@anamnesis/core/ids";
import { type Intent, intentDigest, type SignedIntent } from "@anamnesis/core/ledger/intents";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import type { GenesisMember } from "@anamnesis/ledger/genesisMember";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { MemoryReceiptLog } from "@anamnesis/storage/receiptLog/memoryReceiptLog";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import type { NodeContext } from "../../context.ts";
import type { Database, Queryable } from "@anamnesis/core/ports/database";
import type { NodeKeys } from "../../keystore/nodeKeys.ts";
import { HeaderProofs } from "../../records/headerProofs.ts";
import { RecentRecords } from "../../replicate/recentRecords.ts";
import { createSqlLedgerCopy, type SqlLedgerCopy } from "../sqlLedgerCopy.ts";
import { LogStanding } from "../../receipts/logStanding.ts";
import { MemoryWitnessStore } from "../../witness/testing/memoryWitnessStore.ts";
import { openTestDatabase } from "./testDatabase.ts";

/** 32 bytes that are the same for the same text. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(text).digest());
}

export class TestClock {
  time = 1_700_000_000;
  now(): UnixSeconds {
    return parseUnixSeconds(this.time);
  }
}

export function testKeys(name: string): NodeKeys {
  const secret = bytesOf(`secp ${name}`);
  const ed25519 = bytesOf(`ed ${name}`);
  const card: KeyCard = {
    subject: "organisation",
    name,
    organisation: null,
    secp256k1: publicKeyOf(secret),
    ed25519: ed25519PublicKey(ed25519),
    kem: new Uint8Array(1216),
  };
  const address = addressOf(card.secp256k1);
  return {
    organisation: organisationIdOf(card),
    cards: [card],
    accounts: new Set([address]),
    use: (digest) => digest === keyCardDigest(card),
    card,
    cardDigest: keyCardDigest(card),
    address,
    signDigest: (digest) => sign(digest, secret),
    signMessage: (message) => ed25519Sign(message, ed25519),
    kemSeed: bytesOf(`kem ${name}`),
    tagSecret: bytesOf(`tag ${name}`),
    relayerSecret: bytesOf(`relayer ${name}`),
    custodySecret: bytesOf(`custody ${name}`),
  };
}

/** The keys of one name, to which those of another were added as the next ones. */
export function withNextKeys(name: string, next: string): NodeKeys {
  const all = [testKeys(name), testKeys(next)] as const;
  const { organisation, tagSecret, relayerSecret, custodySecret } = all[0];
  let used = 0;
  const now = (): NodeKeys => all[used] as NodeKeys;
  return {
    organisation,
    tagSecret,
    relayerSecret,
    custodySecret,
    cards: all.map(({ card }) => card),
    accounts: new Set(all.map(({ address }) => address)),
    use: (digest) => {
      const found = all.findIndex(({ cardDigest }) => cardDigest === digest);
      if (found >= 0) used = found;
      return found >= 0;
    },
    get card() {
      return now().card;
    },
    get cardDigest() {
      return now().cardDigest;
    },
    get address() {
      return now().address;
    },
    get signDigest() {
      return now().signDigest;
    },
    get signMessage() {
      return now().signMessage;
    },
    get kemSeed() {
      return now().kemSeed;
    },
  };
}

export function genesisMember(name: string): GenesisMember {
  const keys = testKeys(name);
  return {
    organisation: organisationIdOf(keys.card),
    kind: "hospital",
    signer: keys.address,
    keyCard: keys.cardDigest,
    custodian: true,
    name,
    endpoint: `http://${name}.test:80`,
  };
}

export interface TestNode extends NodeContext {
  readonly copy: SqlLedgerCopy;
  readonly testClock: TestClock;
  readonly log: NodeContext["log"] & { readonly events: string[] };
  readonly woken: string[];
  /** Puts a record of this organisation into the table as if a device had brought it. */
  readonly addRecord: (text: string) => Promise<{ record: RecordId; label: BodyLabel }>;
  readonly signed: (intent: Intent) => SignedIntent;
}

export const noNetwork: Fetch = async () => {
  throw new AnamnesisError({ code: "no-network", rule: "There is no network here.", fix: "Bring one." });
};

/** A node with real keys, database, ledger rules, blobs and receipt log; another one on the same disk is a restart. */
export async function testNode(
  ledger: MemoryLedger,
  name: string,
  options: { db?: Database; blobs?: BlobStore; receipts?: ReceiptLog; clock?: TestClock; fetch?: Fetch } = {},
): Promise<TestNode> {
  const db = options.db ?? (await openTestDatabase());
  const keys = testKeys(name);
  const organisation = organisationIdOf(keys.card);
  const testClock = options.clock ?? new TestClock();
  const events: string[] = [];
  const note = (event: string): void => void events.push(event);
  const woken: string[] = [];
  // Alone with its log, unless a test brings witnesses.
  const standing = new LogStanding();
  standing.finishAsking();
  let drawn = 0;
  return {
    organisation,
    name,
    settings: {
      anchorInterval: 1000,
      ledgerPoll: 100,
      staleAfter: 120,
      releasesPerMinute: 240,
      witnesses: 0,
      admins: [],
    },
    keys,
    clock: testClock,
    testClock,
    random: {
      bytes: (length) => {
        const out = new Uint8Array(length);
        for (let i = 0; i < length; i += 32) {
          out.set(bytesOf(`${name} random ${drawn++}`).subarray(0, Math.min(32, length - i)), i);
        }
        return out;
      },
    },
    timers: {
      now: () => performance.now(),
      sleep: (_, signal) => new Promise((done) => signal?.addEventListener("abort", () => done())),
    },
    fetch: options.fetch ?? noNetwork,
    db,
    durable: (_, work) => work(),
    blobs: options.blobs ?? new MemoryBlobStore(),
    blobFailure: () => null,
    ledger: ledger.connect(),
    receipts: options.receipts ?? new MemoryReceiptLog(),
    standing,
    witnessed: new MemoryWitnessStore(),
    copy: createSqlLedgerCopy(db),
    proofs: new HeaderProofs(),
    recent: new RecentRecords(),
    share: {
      held: () => null,
      storePending: async () => undefined,
      activate: async () => undefined,
      discardPending: async () => undefined,
    },
    metrics: {
      count: note,
      gauge: () => undefined,
      time: () => undefined,
      info: () => undefined,
      render: async () => "",
    },
    log: { info: note, warn: note, error: note, events },
    wake: (worker) => void woken.push(worker),
    woken,
    signed: (intent) => ({
      intent,
      signatures: [keys.signDigest(intentDigest(ledger.identity, intent))],
    }),
    addRecord: async (text) => {
      const record = toHex<RecordId>(bytesOf(`record ${text}`));
      const label = toHex<BodyLabel>(bytesOf(`label ${text}`));
      await db.query(
        `insert into records
           (record, label, segment, organisation, header, permit, session, wrap, content, own)
         values ($1, $2, 's', $3, $4, 'p', 's', 'w', 'c', true)`,
        [record, label, organisation, utf8ToBytes("header")],
      );
      return { record, label };
    },
  };
}

/** Every row of a table, for comparisons of whole states. */
export async function rowsOf(db: Queryable, table: string, order: string): Promise<readonly unknown[]> {
  return db.query(`select * from ${table} order by ${order}`);
}

/** A database whose `at`-th statement from now on fails before it reaches the disk: the process ended there. */
export function dyingDatabase(db: Database, at: number): { db: Database; statements: () => number } {
  let count = 0;
  const dying = (target: Queryable): Queryable => ({
    query: async (sql, values) => {
      if (++count >= at) throw killed();
      return target.query(sql, values);
    },
  });
  return {
    statements: () => count,
    db: {
      ...dying(db),
      transaction: (work) =>
        db.transaction(async (tx) => {
          const result = await work(dying(tx));
          // The commit itself is a step that a kill can come before.
          if (++count >= at) throw killed();
          return result;
        }),
      close: () => db.close(),
    },
  };
}

function killed(): AnamnesisError<"killed"> {
  return new AnamnesisError({ code: "killed", rule: "The process ended here.", fix: "Start it again." });
}
