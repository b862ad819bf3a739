import type { Progress } from "../run/progress.ts";
import type { Table } from "../run/report.ts";
import type { Settings } from "../run/settings.ts";
import { growMembers } from "./growMembers.ts";
import { growRecords } from "./growRecords.ts";

const SIZES = [100, 1_000, 10_000, 100_000] as const;

/** How time, memory, disk and ledger grow with records and with members; with the first of the chosen curves. */
export async function runGrowth(
  { curves, largest, profile }: Settings,
  progress: Progress,
): Promise<readonly Table[]> {
  const [curve] = curves;
  if (curve === undefined) return [];
  const sizes = SIZES.filter((size) => size <= largest);
  return [...(await growMembers(curve, progress)), ...(await growRecords(sizes, curve, profile, progress))];
}
