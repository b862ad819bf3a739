import type { OrganisationId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";
import type { ReceiptLog } from "@anamnesis/core/ports/receiptLog";
import type { Database, Queryable } from "@anamnesis/core/ports/database";
import type { LedgerCopy } from "../indexer/ledgerCopy.ts";
import type { CustodyShare } from "../keystore/custodyShare.ts";
import type { ScannedBlobs } from "./scanBlobs.ts";

/** What checks look at. They change nothing. */
export interface FsckContext {
  readonly organisation: OrganisationId;
  readonly identity: LedgerIdentity;
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly scanned: ScannedBlobs;
  /** `null` when it is missing or damaged. */
  readonly receipts: ReceiptLog | null;
  /** `null` without the passphrase. */
  readonly share: CustodyShare | null;
  /** The ledger's own word: a copy that was made just now, or the node's own when the ledger was left out. */
  readonly truth: Queryable;
  readonly truthCopy: LedgerCopy;
  /** `null` when the ledger was left out. */
  readonly ledger: LedgerPort | null;
}
