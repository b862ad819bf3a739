import { NOTICE_DAYS } from "@anamnesis/sdk/looks/noticesOf";
import type { LooksMethods } from "../protocol/looks.ts";
import { browserRuntime } from "../runtime.ts";
import { sealedMemory } from "../sealedMemory.ts";

/** Id of a notice, and when the patient said to know it: what is older than notices are is forgotten. */
type Known = readonly (readonly [string, number])[];

export async function knownNotices(): Promise<ReadonlySet<string>> {
  const known = await sealedMemory<Known>("notices").read();
  return new Set((known ?? []).map(([id]) => id));
}

export const knowNotices: LooksMethods["knowNotices"] = async ({ ids }) =>
  navigator.locks.request("anamnesis-notices", async () => {
    const memory = sealedMemory<Known>("notices");
    const now = browserRuntime.now();
    const before = (await memory.read()) ?? [];
    const kept = before.filter(([id, at]) => at > now - NOTICE_DAYS * 86_400 && !ids.includes(id));
    await memory.keep([...kept, ...ids.map((id) => [id, now] as const)]);
  });
