import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import type { Clock, Random } from "@anamnesis/core/ports/runtime";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { Fetch } from "@anamnesis/api/client";
import type { Database } from "@anamnesis/core/ports/database";
import type { NodeKeys } from "./keystore/nodeKeys.ts";
import type { Durable } from "./runtime/durable.ts";
import type { Metrics } from "./runtime/metrics.ts";
import type { Timers } from "./runtime/timers.ts";
import type { Logger } from "./runtime/logger.ts";
import type { CustodyShare } from "./keystore/custodyShare.ts";
import type { LogStanding } from "./receipts/logStanding.ts";
import type { WitnessStore } from "./witness/witnessStore.ts";
import type { LedgerCopy } from "./indexer/ledgerCopy.ts";
import type { HeaderProofs } from "./records/headerProofs.ts";
import type { RecentRecords } from "./replicate/recentRecords.ts";

/** Settings that services read; parsed once from file and environment in `config.ts`. */
export interface NodeSettings {
  /** Milliseconds between two anchorings, when there is anything to anchor. */
  readonly anchorInterval: number;
  /** Milliseconds between two looks at the ledger. */
  readonly ledgerPoll: number;
  /** Seconds after which a head that was not confirmed is stale; 120 by default. */
  readonly staleAfter: number;
  /** Release requests that one requester may make a minute, and at once; 240 by default, of up to 128 records each. */
  readonly releasesPerMinute: number;
  /** How many other members must cosign a head of the receipt log before it goes to the ledger. */
  readonly witnesses: number;
  /** Ed25519 keys (`0x…`) whose signed requests administrate this node. */
  readonly admins: readonly string[];
}

/** Everything a service may touch: nothing reaches clock, randomness, timers, network or disk past this. */
export interface NodeContext {
  readonly organisation: OrganisationId;
  readonly name: string;
  readonly settings: NodeSettings;
  readonly keys: NodeKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly fetch: Fetch;
  readonly db: Database;
  /** Every write that lasts runs inside this, under its name (`runtime/writePoints.ts`). */
  readonly durable: Durable;
  readonly blobs: BlobStore;
  /** The `storage-…` code with which the last write of a blob failed; `null` after one that went through. */
  readonly blobFailure: () => string | null;
  readonly ledger: LedgerPort;
  readonly receipts: ReceiptLog;
  /** What is known from outside of this node's own log. */
  readonly standing: LogStanding;
  /** What this node, as a witness, holds of the others' logs. */
  readonly witnessed: WitnessStore;
  readonly copy: LedgerCopy;
  readonly proofs: HeaderProofs;
  /** Own records on their way to their homes. */
  readonly recent: RecentRecords;
  readonly share: CustodyShare;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Wakes a worker before its interval is over. */
  readonly wake: (
    worker: "outbox" | "anchor" | "replicate" | "indexer" | "erase" | "mend" | "seal" | "audit",
  ) => void;
}
