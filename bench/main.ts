import { stderrProgress } from "./run/progress.ts";
import { tableText } from "./run/report.ts";
import { runSystem } from "./system/runSystem.ts";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
useFastestBackend(process.env);
const tables = await runSystem(new Set(["ingest", "open"]), { records: Number(process.argv[2] ?? 300), releases: 1, revocations: 1, time: 100, curves: ["libsecp256k1"], profile: process.argv[3] ?? null, deep: false }, stderrProgress());
for (const t of tables) console.log(tableText(t));
