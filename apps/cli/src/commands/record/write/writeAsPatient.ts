import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type OrganisationId, parseOrganisationId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import type { OwnWriting } from "@anamnesis/fhir/write/writing";
import { ownerAccess } from "@anamnesis/sdk/access";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { writeOwn } from "@anamnesis/sdk/owner/writeOwn";
import { newestCard, segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import { prepareOwn } from "@anamnesis/sdk/writing/prepareOwn";
import { otherArea } from "@anamnesis/sdk/writing/prepareWriting";
import { recordsOf } from "@anamnesis/sdk/writing/toSeal";
import { readIfThere, writeDurably } from "../../../files/durableFile.ts";
import { openFileJournal } from "../../../files/fileJournal.ts";
import { readPatientKeys } from "../../../files/keyFiles.ts";
import { systemRuntime } from "../../../runtime.ts";
import { personalLock } from "../../options.ts";
import { draftOf } from "./draftOf.ts";
import { openNamed, requireSameType } from "./openNamed.ts";
import type { WriteFlags, WroteIt } from "./write.ts";

/** Seals what the patient writes and brings it to one of the patient's homes, the same one for a repetition: which one stands beside the journal of the segment before anything is sent. */
export async function writeAsPatient(
  writing: OwnWriting,
  bytes: Uint8Array,
  flags: WriteFlags,
): Promise<WroteIt> {
  const keys = await readPatientKeys(flags.keys ?? "", await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  const accesses = SEGMENT_KINDS.filter((kind) =>
    keys.segments.some(({ opening }) => opening.kind === kind),
  ).map((kind) => ({ access: ownerAccess(keys, kind), purpose: "PATRQT" as const }));
  const named = await openNamed({ ...flags, consortium, accesses, amends: flags.amends, by: null });
  const { patient, amending } = named;
  const context = [writing.form, flags.title, flags.amends ?? "", flags.reason, flags.draft ?? ""];
  const { kind, resources, sealing, amended } = prepareOwn({
    keys,
    writing,
    draft: draftOf(keys.root, bytes, context),
    time: new Date(systemRuntime.now() * 1000).toISOString(),
    patient,
    amending,
  });
  requireSameType(named, resources[0]?.resourceType);
  if (amending !== null && !amended) throw otherArea();
  const segment = segmentOf(keys, kind);
  // Only the node that has the earlier one can tell the ledger that this one takes its place.
  const earlier = amended ? (amending?.organisation ?? null) : null;
  const folder = join(
    flags.journal,
    earlier === null ? segment.id.slice(2, 34) : `${segment.id.slice(2, 34)}-${earlier.slice(2, 34)}`,
  );
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = await keptHome(folder);
  const isHome = kept !== null && newestCard(segment).body.homes.includes(kept);
  const home = earlier ?? (isHome ? kept : null);
  const result = await writeOwn({
    runtime: systemRuntime,
    consortium,
    keys,
    kind,
    resources: sealing,
    journal: await openFileJournal(folder),
    ...(home === null ? {} : { home }),
    onHome: async (chosen) => writeDurably(join(folder, "home"), chosen),
  });
  return {
    record: recordsOf(result, sealing)[0] ?? "",
    resource: `${resources[0]?.resourceType ?? ""}/${String(resources[0]?.["id"])}`,
    kind,
    at: result.home,
    sealed: result.sealed.length,
  };
}

async function keptHome(folder: string): Promise<OrganisationId | null> {
  const bytes = await readIfThere(join(folder, "home"));
  return bytes === null ? null : parseOrganisationId(new TextDecoder().decode(bytes));
}
