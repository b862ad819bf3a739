import type { Table } from "../run/report.ts";
import type { Limits } from "./measureLimits.ts";

export function limitsTable(limits: Limits, curve: string): Table {
  const row = (what: string, each: number, unit = "", per = "CPU second") => ({ what, each, unit, per });
  return {
    bench: "limits",
    title: "The machine's own limits",
    rows: [
      row("fdatasync after 4 KiB appended, one after the other", limits.syncs, "", "second"),
      row(`secp256k1 multiplications (${curve})`, limits.multiplications),
      row("AES-256-GCM of 64 KiB", limits.aesGcm, "MB"),
      row("SHA-256 of 64 KiB", limits.sha256, "MB"),
      row("SHA-256 of 65 bytes", limits.nodeHashes),
      row("JSON.parse of a bundle", limits.jsonParse, "MB"),
      row("select 1 in the embedded database", limits.statements),
    ],
  };
}
