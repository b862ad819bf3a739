import { Command } from "commander";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { askedRequests } from "@anamnesis/sdk/requests/askedRequests";
import { receivedRequests } from "@anamnesis/sdk/requests/receivedRequests";
import { readActorKeys, readPatientKeys } from "../../files/keyFiles.ts";
import { printable } from "../../output/format.ts";
import { createOutput, type Output } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, oneOfTwo, personalLock } from "../options.ts";
import { askedLine } from "./askedLine.ts";

interface Flags {
  readonly node: string;
  readonly keys?: string;
  readonly actor?: string;
  readonly json?: true;
}

/** `anamnesis request list`: who asks a patient, or what a practitioner asked, and what became of it. */
export function listCommand(): Command {
  return new Command("list")
    .description("who asked a patient for access, or what a practitioner asked for, and what became of it")
    .addOption(nodeOption())
    .option("--keys <file>", "the patient's key file")
    .option("--actor <file>", "the practitioner's key file")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      oneOfTwo(flags.keys, flags.actor);
      const output = createOutput(flags.json === true);
      await (flags.keys === undefined ? listAsked(flags, output) : listReceived(flags, output));
    });
}

async function listReceived({ keys = "", node }: Flags, output: Output): Promise<void> {
  const patient = await readPatientKeys(keys, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: node });
  const { requests, unreadable, silent } = await receivedRequests({
    runtime: systemRuntime,
    consortium,
    keys: patient,
  });
  for (const { id, requester, asked, state } of requests) {
    output.line(`${id}  ${state}`);
    output.line(`  ${printable(requester.card.name)}, ${printable(requester.organisationName)}`);
    for (const line of askedLine(asked)) output.line(`  ${line}`);
  }
  if (requests.length === 0) output.line("none");
  for (const { node: home, kind, code } of silent)
    output.line(`${consortium.members.get(home)?.name ?? home} did not say (${kind}): ${code}`);
  output.result({
    requests: requests.map(({ sealed: _, requester: { card, ...requester }, ...request }) => ({
      ...request,
      requester: { ...requester, name: card.name },
    })),
    unreadable,
    silent,
  });
}

async function listAsked({ actor = "", node }: Flags, output: Output): Promise<void> {
  const keys = await readActorKeys(actor, await personalLock());
  const consortium = await loadConsortium({ runtime: systemRuntime, endpoint: node });
  const found = await askedRequests({ runtime: systemRuntime, consortium, keys });
  for (const { id, asked, state, answer } of found.requests) {
    output.line(`${id}  ${state}`);
    for (const line of askedLine(asked)) output.line(`  ${line}`);
    if (answer !== null && answer.message !== "") output.line(`  answered: ${printable(answer.message)}`);
  }
  if (found.requests.length === 0) output.line("none");
  for (const { node: home, code } of found.silent)
    output.line(`${consortium.members.get(home)?.name ?? home} did not say: ${code}`);
  output.result(found);
}
