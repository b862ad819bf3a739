import { Option } from "commander";
import type { KeptConsent } from "@anamnesis/sdk/keys/patientKeys";
import { readRequired } from "../../files/durableFile.ts";

/** File with a kit's text, as `enrol` wrote it or typed from paper. Throws `missing-file`. */
export async function readKit(path: string): Promise<string> {
  return new TextDecoder().decode(await readRequired(path, "recovery kit")).trim();
}

export function keepOption(standard: "all" | "none"): Option {
  return new Option("--consents <which>", "which live consents the new owner signs again; the others end")
    .choices(["all", "none"])
    .default(standard);
}

export function keeps(which: "all" | "none"): (kept: KeptConsent) => boolean {
  return () => which === "all";
}
