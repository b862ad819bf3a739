import { expect, it } from "vitest";
import { browserRuntime } from "./runtime.ts";

const HOUR = 3_600_000;

it("wakes when its signal aborts, before or during the sleep, and by itself", async () => {
  await browserRuntime.sleep(HOUR, AbortSignal.abort());
  const stopping = new AbortController();
  const asleep = browserRuntime.sleep(HOUR, stopping.signal);
  stopping.abort();
  await expect(asleep).resolves.toBeUndefined();
  await expect(browserRuntime.sleep(1)).resolves.toBeUndefined();
});
