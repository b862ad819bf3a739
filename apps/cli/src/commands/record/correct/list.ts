import { Command } from "commander";
import type { Correction } from "@anamnesis/core/correction/correction";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { correctionQueue } from "@anamnesis/sdk/corrections/correctionQueue";
import { listCorrections } from "@anamnesis/sdk/corrections/listCorrections";
import { passOnCorrections } from "@anamnesis/sdk/corrections/passOnCorrections";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys, readPatientKeys } from "../../../files/keyFiles.ts";
import { printable } from "../../../output/format.ts";
import { createOutput, type Output } from "../../../output/output.ts";
import { systemRuntime } from "../../../runtime.ts";
import { jsonOption, nodeOption, oneOfTwo, personalLock } from "../../options.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly json?: true;
}

/** `anamnesis record correct list`: what a patient asked to be corrected and what became of it, or what waits for an organisation. */
export function listCommand(): Command {
  return new Command("list")
    .description("what a patient asked to be corrected and what was said, or what waits for an organisation")
    .addOption(nodeOption())
    .option("--keys <file>", "the patient's key file")
    .option("--actor <file>", "key file of a person of the organisation whose node it is")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      oneOfTwo(flags.keys, flags.actor);
      const output = createOutput(flags.json === true);
      await (flags.keys === undefined ? listWaiting(flags, output) : listAsked(flags, output));
    });
}

async function listAsked({ keys: file = "", node }: Flags, output: Output): Promise<void> {
  const keys = await readPatientKeys(file, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: node });
  const common = { runtime: systemRuntime, consortium, keys };
  const authors = [...consortium.members.keys()];
  const { corrections, unreadable, unchecked, silent } = await listCorrections({ ...common, authors });
  const passedOn = await passOnCorrections(common, corrections);
  const named = (id: (typeof authors)[number]): string => consortium.members.get(id)?.name ?? id;
  for (const { id, record, organisation, asked, state, answer } of corrections) {
    output.line(`${id}  ${state}`);
    output.line(`  of ${named(organisation)}, about ${record}`);
    output.line(`  ${printable(asked.message)}`);
    if (answer !== null && answer.message !== "") output.line(`  answered: ${printable(answer.message)}`);
    for (const brought of passedOn)
      if (brought.id === id) output.line(`  brought to ${named(brought.organisation)} now`);
  }
  if (corrections.length === 0) output.line("none");
  if (unchecked > 0) output.line(`${unchecked} answers are nobody's whom the directory has there: left out`);
  for (const { node: at, kind, code } of silent) output.line(`${named(at)} did not say (${kind}): ${code}`);
  output.result({
    corrections: corrections.map(({ sealed: _, asked, ...one }) => ({ ...one, asked: told(asked) })),
    unreadable,
    unchecked,
    silent,
  });
}

async function listWaiting({ actor = "", node }: Flags, output: Output): Promise<void> {
  const keys = await readActorKeys(actor, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: node });
  const { waiting, unreadable } = await correctionQueue({
    runtime: systemRuntime,
    consortium,
    keys,
    node: connect(systemRuntime, node, httpSigner(keys.ed25519)),
  });
  for (const { id, record, asked } of waiting) {
    output.line(id);
    output.line(`  about ${record}`);
    output.line(`  ${asked === null ? "sealed to colleagues" : printable(asked.message)}`);
  }
  if (waiting.length === 0) output.line("none");
  output.result({
    waiting: waiting.map(({ id, record, opening: { kind }, time, expiresAt, asked }) => {
      return { id, record, kind, time, expiresAt, asked: asked === null ? null : told(asked) };
    }),
    unreadable,
  });
}

/** What is proposed as text: keys and header stay out of what is printed. */
function told({ message, proposed }: Pick<Correction, "message" | "proposed">) {
  if (proposed === null) return { message, proposed };
  const { mediaType, bytes } = proposed;
  return { message, proposed: { mediaType, text: new TextDecoder().decode(bytes) } };
}
