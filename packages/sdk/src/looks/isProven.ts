import type { AccessLog, LogAccess } from "../receipts.ts";

/**
 * Whether one access was verified: it stands in a custodian's log of which everything held (signed head, inclusion, the newest anchored and cosigned heads), and the logs tell the
 * same of it. That no access is missing is another question: see `findings`.
 */
export function isProven(
  { logs, findings }: Pick<AccessLog, "logs" | "findings">,
  access: LogAccess,
): boolean {
  const { kind, request, custodians } = access;
  if (findings.some((finding) => finding.request === request && finding.kind === kind)) return false;
  return custodians.some(
    ({ organisation }) =>
      logs.some((log) => log.custodian === organisation && log.kind === kind) &&
      !findings.some((finding) => finding.custodian === organisation && finding.kind === kind),
  );
}
