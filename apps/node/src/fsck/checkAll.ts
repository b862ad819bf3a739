import { checkErasures } from "./checkErasures.ts";
import { checkLedgerCopy } from "./checkLedgerCopy.ts";
import { checkManifests } from "./checkManifests.ts";
import { checkOrphans } from "./checkOrphans.ts";
import { checkOutbox } from "./checkOutbox.ts";
import { checkReceiptLog } from "./checkReceiptLog.ts";
import { checkRecords } from "./checkRecords.ts";
import { checkReplication } from "./checkReplication.ts";
import { checkRevocations } from "./checkRevocations.ts";
import { checkSegments } from "./checkSegments.ts";
import { checkShares } from "./checkShares.ts";
import type { Finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";

const CHECKS = [
  checkReceiptLog,
  checkShares,
  checkRevocations,
  checkErasures,
  checkLedgerCopy,
  checkOutbox,
  checkManifests,
  checkRecords,
  checkReplication,
  checkSegments,
  checkOrphans,
] as const;

/** Every check of what a node keeps, the gravest matters first. Changes nothing. */
export async function checkAll(context: FsckContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await check(context)));
  return findings;
}
