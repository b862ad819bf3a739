import { grantedAccess, VALID } from "@anamnesis/cli/demo/journey";
import { systemRuntime } from "@anamnesis/cli/runtime";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import { revokeConsent } from "@anamnesis/sdk/revoke";
import { benchFailed } from "../run/benchFailed.ts";
import type { BenchWorld } from "./benchWorld.ts";

export interface Revoked {
  /** Milliseconds from a call to its end: consent signed, on the ledger of every custodian, grant delivered. */
  readonly granted: readonly number[];
  /** Milliseconds from the signature until n-t+1 custodians have stored it, and until the grantee was refused by all. */
  readonly inForce: readonly number[];
  readonly refused: readonly number[];
}

/** One consent at a time: granted, used, revoked, and asked for again the moment that the revocation is in force. */
export async function revoke(
  { world, journey }: BenchWorld,
  count: number,
  progress: (done: number, of: number) => void,
): Promise<Revoked> {
  const { consortium, people } = world;
  const patient = journey.patients.find((candidate) => candidate.kinds().includes("general"));
  if (patient === undefined) throw benchFailed();
  const kinds: readonly SegmentKind[] = ["general"];
  const common = { runtime: systemRuntime, consortium, purpose: "TREAT" } as const;
  const granted: number[] = [];
  const inForce: number[] = [];
  const refused: number[] = [];
  for (let i = 0; i < count; i++) {
    const begin = performance.now();
    const { consents } = await grantConsent({
      runtime: systemRuntime,
      consortium,
      keys: patient.keys,
      save: patient.save,
      kinds,
      grantee: granteeOf(people.specialist.card),
      resourceTypes: ["*"],
      purposes: ["TREAT"],
      notAfter: (systemRuntime.now() + VALID) as UnixSeconds,
    });
    granted.push(performance.now() - begin);
    const [access] = await grantedAccess(world, people.specialist, consents);
    if (access === undefined) throw benchFailed();
    const all = await listRecords({ ...common, access });
    const listing = { ...all, records: all.records.slice(0, 1) };
    const before = await openRecords({ ...common, access, listing });
    if (before.opened.length !== 1) throw benchFailed();
    const signed = performance.now();
    await revokeConsent({
      runtime: systemRuntime,
      consortium,
      keys: patient.keys,
      save: patient.save,
      consents,
      onInForce: async () => {
        inForce.push(performance.now() - signed);
        const after = await openRecords({ ...common, access, listing, askAnyway: true, ask: "all" });
        refused.push(performance.now() - signed);
        if (after.opened.length !== 0 || after.message === null) throw benchFailed();
      },
    });
    progress(i + 1, count);
  }
  return { granted, inForce, refused };
}
