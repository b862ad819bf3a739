import { expect, it } from "vitest";
import { systemTimers } from "./systemTimers.ts";

const HOUR = 3_600_000;

it("wakes when its signal aborts, before or during the sleep", async () => {
  await systemTimers.sleep(HOUR, AbortSignal.abort());
  const stopping = new AbortController();
  const asleep = systemTimers.sleep(HOUR, stopping.signal);
  stopping.abort();
  await expect(asleep).resolves.toBeUndefined();
});

it("wakes by itself", async () => {
  await expect(systemTimers.sleep(1)).resolves.toBeUndefined();
});
