import { hasCode, isAnamnesisError } from "@anamnesis/core/errors";
import { admission } from "@anamnesis/sdk/permit";
import { activeCommittee } from "../../committee/activeCommittee.ts";
import type { NodeContext } from "../../context.ts";
import { pendingVersions, type PendingVersion, segmentName } from "./pendingVersions.ts";
import { sealVersions, type VersionToSeal } from "./sealVersions.ts";
import { sealingState } from "./sealingState.ts";
import { takeBack } from "./takeBack.ts";
import { voidVersions } from "./voidVersions.ts";
import { type WritableSegment, writableSegment } from "./writableSegments.ts";

/** Somebody else of the organisation writes into the same segments: what was sealed is sealed again on the new head. */
const MOST_CONFLICTS = 5;

/**
 * Seals what was written at the FHIR server and takes back what was deleted there, until nothing is left that can be done now. Whatever of it a kill ends, the next pass begins
 * anew: a version's row says that it is sealed in the transaction that keeps its record.
 *
 * Throws `chain-conflict` after several attempts, and what `putRecords` throws.
 * @param said segments of which earlier passes said that nothing can be written there now: each is said once for as long as it lasts.
 */
export async function sealPass(context: NodeContext, said = new Set<string>()): Promise<void> {
  const passed = new Set<string>();
  while ((await activeCommittee(context)) !== null) {
    const pending = await pendingVersions(context.db, context.clock.now(), passed);
    if (pending.length === 0) break;
    await voidVersions(
      context,
      pending.filter(({ patient, content }) => patient === null || content === null),
    );
    const about = pending.filter(({ patient, content }) => patient !== null && content !== null);
    const ready = await writable(context, about, passed, said);
    if (ready.length > 0) await sealOnHead(context, ready);
  }
  for (const name of said) if (!passed.has(name)) said.delete(name);
  await takeBack(context);
  const { unsealed, waiting } = await sealingState(context.db, context.clock.now());
  context.metrics.gauge("fhir_versions_unsealed", unsealed);
  context.metrics.gauge("fhir_versions_waiting", waiting);
}

async function sealOnHead(context: NodeContext, ready: readonly VersionToSeal[]): Promise<void> {
  for (let conflicts = 0; ; conflicts++) {
    try {
      await sealVersions(context, ready);
      return;
    } catch (error) {
      if (!hasCode(error, "chain-conflict") || conflicts >= MOST_CONFLICTS) throw error;
    }
  }
}

/** Those whose patient's admission lets this organisation write now; the others' segments are left for another pass, and said. */
async function writable(
  context: NodeContext,
  pending: readonly PendingVersion[],
  passed: Set<string>,
  said: Set<string>,
): Promise<readonly VersionToSeal[]> {
  const ready: VersionToSeal[] = [];
  const known = new Map<string, WritableSegment>();
  for (const version of pending) {
    const { admission: encoded, kind } = version;
    const name = segmentName(version);
    if (encoded === null || passed.has(name)) continue;
    try {
      const segment = known.get(name) ?? (await writableSegment(context, admission.decode(encoded), kind));
      known.set(name, segment);
      ready.push({ version, ...segment });
    } catch (error) {
      if (!isAnamnesisError(error) || !hasCode(error, "bad-admission")) throw error;
      passed.add(name);
      if (said.has(name)) continue;
      said.add(name);
      context.log.warn("fhir-not-sealed", { code: error.code, reason: String(error.meta["reason"]) });
    }
  }
  return ready;
}
