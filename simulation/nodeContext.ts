import type { Fetch } from "@anamnesis/api/client";
import { organisationIdOf } from "@anamnesis/core/actor/keyCard";
import type { CommitteeKeyId } from "@anamnesis/core/ids";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import type { Clock } from "@anamnesis/core/ports/runtime";
import { HeaderProofs } from "@anamnesis/node/records/headerProofs";
import { RecentRecords } from "@anamnesis/node/replicate/recentRecords";
import type { NodeContext } from "@anamnesis/node/context";
import type { Database } from "@anamnesis/core/ports/database";
import { createSqlLedgerCopy, type SqlLedgerCopy } from "@anamnesis/node/indexer/sqlLedgerCopy";
import { testKeys } from "@anamnesis/node/indexer/testing/testNode";
import type { CustodyShare } from "@anamnesis/node/keystore/custodyShare";
import { LogStanding } from "@anamnesis/node/receipts/logStanding";
import type { Durable } from "@anamnesis/node/runtime/durable";
import type { Logger } from "@anamnesis/node/runtime/logger";
import type { Timers } from "@anamnesis/node/runtime/timers";
import { dealtShare } from "@anamnesis/node/testing/dealtShare";
import { MemoryWitnessStore } from "@anamnesis/node/witness/testing/memoryWitnessStore";
import type { TestCommittee } from "@anamnesis/testkit/core/committee";

/** Members; all of them are custodians, the first two are the patient's homes. */
export const NAMES = ["north", "south", "west"] as const;
export type Name = (typeof NAMES)[number];

export const THRESHOLD = 2;

export interface NodeParts {
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly timers: Timers;
  readonly fetch: Fetch;
  readonly db: Database;
  readonly durable: Durable;
  readonly blobs: BlobStore;
  readonly ledger: LedgerPort;
  readonly receipts: ReceiptLog;
  readonly share: CustodyShare;
  readonly log: Logger;
  readonly wake: NodeContext["wake"];
}

/** What a node's services get, with everything outside brought by the simulation. */
export function nodeContext(name: Name, parts: NodeParts): NodeContext & { readonly copy: SqlLedgerCopy } {
  const keys = testKeys(name);
  const standing = new LogStanding();
  standing.finishAsking();
  return {
    organisation: organisationIdOf(keys.card),
    name,
    settings: {
      anchorInterval: 3000,
      ledgerPoll: 2000,
      staleAfter: 120,
      releasesPerMinute: 240,
      witnesses: 0,
      admins: [],
    },
    keys,
    standing,
    witnessed: new MemoryWitnessStore(),
    ...parts,
    blobFailure: () => null,
    random: { bytes: parts.random },
    copy: createSqlLedgerCopy(parts.db),
    proofs: new HeaderProofs(),
    recent: new RecentRecords(),
    metrics: {
      count: () => undefined,
      gauge: () => undefined,
      time: () => undefined,
      info: () => undefined,
      render: async () => "",
    },
  };
}

export function shareOf(deal: TestCommittee, committee: CommitteeKeyId, name: Name): CustodyShare {
  return dealtShare(deal, NAMES.indexOf(name), () => committee);
}
