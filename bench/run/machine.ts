import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { hpkeBackend } from "@anamnesis/core/crypto/hpke";

/** Where and under which load figures were taken. */
export async function machine(): Promise<Readonly<Record<string, string | number>>> {
  const [one, five] = loadavg();
  return {
    date: new Date().toISOString(),
    node: process.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    "memory GB": Math.round(totalmem() / 1e9),
    hpke: await hpkeBackend(),
    "load average 1 min": Number((one ?? 0).toFixed(1)),
    "load average 5 min": Number((five ?? 0).toFixed(1)),
  };
}
