import { Argument, Command, Option } from "commander";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type ConsentId, parseConsentId, type RecordId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { readWriting, WRITING_FIELDS, type WritingForm } from "@anamnesis/fhir/write/readWriting";
import type { CaseWriting, OwnWriting, Writing } from "@anamnesis/fhir/write/writing";
import { readRequired } from "../../../files/durableFile.ts";
import { createOutput } from "../../../output/output.ts";
import { jsonOption, nodeOption, oneOfTwo } from "../../options.ts";
import { recordOf } from "../recordArgument.ts";
import { writeAsPatient } from "./writeAsPatient.ts";
import { writeAsStaff } from "./writeAsStaff.ts";

const OWN = ["measurement", "upload", "details"] as const;
const STAFF = ["note", "diagnosis", "prescription", "order", "case"] as const;
type Form = (typeof OWN)[number] | (typeof STAFF)[number];

export interface WriteFlags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly consent?: readonly ConsentId[];
  readonly journal: string;
  readonly kind?: SegmentKind;
  readonly title: string;
  readonly amends?: RecordId;
  readonly reason: string;
  readonly draft?: string;
  readonly json?: true;
}

/** What became of it, however often it was asked for. */
export interface WroteIt {
  readonly record: string;
  /** `Type/id` in FHIR, the same for all its versions. */
  readonly resource: string;
  readonly kind: SegmentKind;
  /** Whose node has it. */
  readonly at: string;
  /** Of this run. */
  readonly sealed: number;
}

/** `anamnesis record write`: what the portal's forms write, from a file. */
export function writeCommand(): Command {
  const fields = Object.entries(WRITING_FIELDS).map(([form, names]) => `  ${form}: ${names.join(", ")}`);
  return new Command("write")
    .description(
      "write as a person: a patient's own measurement, file or details, or a note, diagnosis, prescription, order or case of a member of staff",
    )
    .addArgument(new Argument("<form>", "what it is").choices([...STAFF, ...OWN]))
    .argument("<file>", "its fields as a JSON object; of an upload the file itself")
    .addOption(nodeOption())
    .option("--keys <file>", `the patient's key file, for ${OWN.join(", ")}`)
    .option("--actor <file>", "key file of a member of staff, for the others; --node is then the own one")
    .option("--consent <ids...>", "with --actor: the patient's consents, from `consent list`")
    .requiredOption("--journal <folder>", "what makes a repetition harmless; the same one each time")
    .addOption(
      new Option("--kind <kind>", "with --actor: a stricter segment than its codes ask for").choices(
        SEGMENT_KINDS,
      ),
    )
    .option("--title <text>", "of an upload; its file's name by default", "")
    .option("--amends <record>", "the record whose place it takes; opens that", recordOf)
    .option("--reason <text>", "why it takes that place; readers see it", "")
    .option(
      "--draft <name>",
      "tells apart what says the same twice; by default the same file is written once",
    )
    .addOption(jsonOption())
    .addHelpText("after", `\nFields, those with a question mark if they are known:\n${fields.join("\n")}`)
    .action(write);
}

async function write(form: Form, file: string, given: WriteFlags): Promise<void> {
  oneOfTwo(given.keys, given.actor);
  const own = OWN.some((one) => one === form);
  if (own !== (given.keys !== undefined)) throw othersForm(own);
  const flags = {
    ...given,
    ...(given.consent === undefined ? {} : { consent: given.consent.map(parseConsentId) }),
  };
  const output = createOutput(flags.json === true);
  const bytes = await readRequired(file, "file to write");
  const writing =
    form === "upload" ? { form, title: flags.title, fileName: file, bytes } : formIn(form, bytes);
  const wrote =
    writing.form === "upload" || writing.form === "measurement" || writing.form === "details"
      ? await writeAsPatient(writing satisfies OwnWriting, bytes, flags)
      : await writeAsStaff(writing satisfies Writing | CaseWriting, bytes, flags);
  output.line(
    wrote.sealed === 0
      ? `written before, as ${wrote.record}`
      : `${wrote.record}  ${wrote.resource}  ${wrote.kind}; its node has it, and the ledger says so once it is anchored`,
  );
  output.result({ form, ...wrote, amends: flags.amends ?? null });
}

function formIn(form: WritingForm, bytes: Uint8Array): ReturnType<typeof readWriting> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new AnamnesisError({
      code: "bad-form",
      rule: "The fields of a form stand in one JSON object.",
      fix: "Look at `anamnesis record write --help` for the fields of each form.",
    });
  }
  return readWriting(form, value);
}

function othersForm(own: boolean): AnamnesisError<"one-key-file"> {
  return new AnamnesisError({
    code: "one-key-file",
    rule: own
      ? "A patient's own words are signed by the patient."
      : "What a member of staff writes is signed by them.",
    fix: own ? "Give the patient's key file with --keys." : "Give the writer's key file with --actor.",
  });
}
