import { join } from "node:path";
import { Command, Option } from "commander";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { strictest } from "@anamnesis/fhir/labelling/sensitivity";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { admission } from "@anamnesis/sdk/permit";
import { endorsersNamed } from "@anamnesis/sdk/endorsersNamed";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { sealResources } from "@anamnesis/sdk/seal";
import { readBundles } from "../../bundles/readBundles.ts";
import { toSeal } from "../../bundles/toSeal.ts";
import { readRequired } from "../../files/durableFile.ts";
import { openFileIdentities } from "../../files/fileIdentities.ts";
import { openFileJournal } from "../../files/fileJournal.ts";
import { readActorKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { endorsersOf, endorsersOption, thresholdOption } from "../endorsers.ts";
import { jsonOption, nodeOption, personalLock } from "../options.ts";
import { recordArgument } from "./recordArgument.ts";

interface Flags {
  readonly node: string;
  readonly device: string;
  readonly admission: string;
  readonly system: string;
  readonly journal: string;
  readonly kind?: SegmentKind;
  readonly endorsers?: readonly string[];
  readonly threshold?: number;
  readonly json?: true;
}

/** `anamnesis record amend`: a new record in the place of an earlier one of the same organisation. */
export function amendCommand(): Command {
  return new Command("amend")
    .description(
      "seal a resource in the place of an earlier record of the organisation; readers are shown both",
    )
    .addArgument(recordArgument())
    .argument("<bundle>", "a FHIR R4 Bundle with the one resource that takes its place")
    .addOption(nodeOption())
    .requiredOption("--device <file>", "key file of the organisation's importing device")
    .requiredOption("--admission <file>", "what the patient's `permit` wrote")
    .requiredOption("--system <uri>", "name of the source system, as with `import`")
    .requiredOption("--journal <folder>", "the journal of `import`")
    .addOption(
      new Option(
        "--kind <kind>",
        "segment of the earlier record, where the journal does not know it; by default what labels and codes say",
      ).choices(SEGMENT_KINDS),
    )
    .addOption(
      endorsersOption(
        "members that have to co-sign it; by default those of the record that it takes over from",
      ),
    )
    .addOption(thresholdOption())
    .addOption(jsonOption())
    .action(amend);
}

async function amend(amends: RecordId, input: string, flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const [bundle, ...others] = await readBundles([input]);
  const identities = await openFileIdentities(join(flags.journal, "identities.json"));
  const given = admission.decode(await readRequired(flags.admission, "admission"));
  const [first] = given.segments;
  const folder = first === undefined ? "none" : segmentIdOfOpening(first.opening).slice(2, 34);
  const journal = await openFileJournal(join(flags.journal, folder));
  const resources =
    bundle === undefined
      ? []
      : toSeal(bundle, { system: flags.system, identities }, (key) => journal.newestKindOf(key));
  const [resource] = resources;
  if (resource === undefined || resources.length > 1 || others.length > 0) throw oneSuccessor();
  const segmentKind = kindOf(resource.segmentKind, journal.kindOf(amends) ?? flags.kind ?? null);
  const device = await readActorKeys(flags.device, await personalLock());
  const { identity, committee } = await loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  await identities.save();
  const node = connect(systemRuntime, flags.node, httpSigner(device.ed25519));
  const endorsers = endorsersOf(flags) ?? (await endorsersNamed(node, amends));
  const { sealed, known } = await sealResources({
    runtime: systemRuntime,
    identity,
    node,
    device,
    organisation: given.organisation,
    admission: given,
    committee,
    resources: [{ ...resource, segmentKind, amends, ...(endorsers === null ? {} : { endorsers }) }],
    journal,
  });
  const successor = sealed[0]?.record ?? known[0]?.record ?? null;
  output.line(
    sealed.length === 1
      ? `${successor ?? ""} takes the place of ${amends}; the ledger says so once it is anchored`
      : `this version of the resource was sealed before, as ${successor ?? ""}`,
  );
  output.result({ amends, successor, sealed: sealed.length });
}

/** What the new version alone does not give away, such as a visit's other diagnoses, had a reason: it stays where the earlier one is. */
function kindOf(own: SegmentKind, earlier: SegmentKind | null): SegmentKind {
  if (earlier === null) return own;
  if (strictest([own, earlier]) !== earlier) throw otherArea();
  return earlier;
}

function otherArea(): AnamnesisError<"other-area"> {
  return new AnamnesisError({
    code: "other-area",
    rule: "What takes a record's place lies in the same segment, and this version or its Encounter belongs into a stricter one.",
    fix: "Import it as a new record, and take the earlier one back (`record retract`).",
  });
}

function oneSuccessor(): AnamnesisError<"one-successor"> {
  return new AnamnesisError({
    code: "one-successor",
    rule: "One record takes the place of one record.",
    fix: "Give one Bundle with one resource in it.",
  });
}
