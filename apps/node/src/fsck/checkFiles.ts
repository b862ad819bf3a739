import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { onMedium } from "@anamnesis/storage/onMedium";
import { isShareFile, NODE_FILES } from "../nodeFiles.ts";
import { type Finding, finding } from "./finding.ts";

/** Rights of anyone but the owner. */
const OTHERS = 0o077;

/** What lies in the data folder: key files for their owner alone, nothing unfinished. */
export async function checkFiles(dataDir: string): Promise<readonly Finding[]> {
  const names = await onMedium("list", () => readdir(dataDir));
  const findings: Finding[] = [];
  if (!names.includes(NODE_FILES.keystore)) findings.push(finding("keystore-missing", NODE_FILES.keystore));
  const leftOver = new Set(names.filter(isLeftOver));
  for (const name of leftOver) findings.push(finding("left-over", name, { kind: "remove-file", name }));
  const secret = names.filter((name) => name === NODE_FILES.keystore || isShareFile(name));
  for (const name of [".", ...secret].filter((candidate) => !leftOver.has(candidate))) {
    const { mode } = await onMedium("read", () => stat(join(dataDir, name)));
    if ((mode & OTHERS) !== 0) {
      const where = name === "." ? "the data folder" : name;
      findings.push(finding("key-file-open", where, { kind: "restrict-mode", name }));
    }
  }
  return findings;
}

/** Names that a write gives to what is not finished yet. */
function isLeftOver(name: string): boolean {
  const ours = name.startsWith(NODE_FILES.keystore) || isShareFile(name);
  return (ours && name.endsWith(".tmp")) || name === `${NODE_FILES.receipts}.new`;
}
