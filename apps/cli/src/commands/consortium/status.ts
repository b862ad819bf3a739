import { Command } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { ConsortiumStatus } from "@anamnesis/api/routes/consortium";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { contractNameText } from "@anamnesis/core/ledger/proposal";
import { identityOf } from "@anamnesis/sdk/consortium";
import { columns, printable } from "../../output/format.ts";
import { createOutput, type Output } from "../../output/output.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { jsonOption, nodeOption } from "../options.ts";
import { describeAction, functionName, moment } from "./describeAction.ts";

const DAY = 86_400;

/** `anamnesis consortium status`: what the members decided and are deciding. */
export function statusCommand(): Command {
  return new Command("status")
    .description(
      "members, requests to join, proposals with their votes, parameters, pauses and adopted contracts",
    )
    .addOption(nodeOption())
    .addOption(adminOption())
    .option("--all", "with the proposals that ended")
    .addOption(jsonOption())
    .action(
      async (flags: {
        readonly node: string;
        readonly admin: string;
        readonly all?: true;
        readonly json?: true;
      }) => {
        const output = createOutput(flags.json === true);
        const client = await asAdministrator(flags.node, flags.admin);
        const identity = identityOf(await client.call(exchangeRoutes.node, {}, undefined));
        const status = await client.call(adminRoutes.consortiumStatus, {}, undefined);
        const proposals = status.proposals.filter(({ state }) => state === "open" || flags.all === true);
        print(output, { ...status, proposals }, identity);
        output.result({ ...status, proposals });
      },
    );
}

function print(output: Output, status: ConsortiumStatus, identity: LedgerIdentity): void {
  const { members, parameters, committee } = status;
  const section = (title: string, rows: readonly (readonly string[])[]): void => {
    if (rows.length === 0) return;
    output.line(`${title}:`);
    for (const line of columns(rows)) output.line(`  ${line}`);
  };
  const nameOf = (organisation: string): string => {
    const found = members.find((member) => member.organisation === organisation);
    return found === undefined ? organisation : printable(found.name);
  };
  section(
    "members",
    members.map((member) => [
      printable(member.name),
      member.kind,
      member.status,
      member.custodian ? "custodian" : "",
      member.endpoint,
      member.organisation,
    ]),
  );
  if (committee !== null) {
    const names = committee.members.map(nameOf).join(", ");
    output.line(`committee: ${committee.threshold} of ${names}, share epoch ${committee.shareEpoch}`);
  }
  section("parameters", [
    ["quorum", `more than ${parameters.quorum / 100} % of the active members`],
    ["votingPeriod", `${parameters.votingPeriod} s (${(parameters.votingPeriod / DAY).toFixed(1)} days)`],
    ["minimumMembers", `${parameters.minimumMembers}`],
    ["maxPause", `${parameters.maxPause} s (${(parameters.maxPause / DAY).toFixed(1)} days)`],
  ]);
  section(
    "requests to join",
    status.requests.map(({ request, entrant }) => [
      printable(entrant.name),
      entrant.kind,
      entrant.custodian ? "custodian" : "",
      entrant.endpoint,
      request,
    ]),
  );
  section(
    "proposals",
    status.proposals.map(({ proposal, action, state, problem, tally, votes, expires }) => [
      describeAction(action, status, identity),
      problem === null ? state : `${state}: ${problem}`,
      `${tally.yes} of ${tally.required} agree, ${tally.no} do not`,
      votes
        .map(({ organisation, support }) => `${nameOf(organisation)} ${support ? "yes" : "no"}`)
        .join(", "),
      `until ${moment(expires)}`,
      proposal,
    ]),
  );
  section(
    "paused",
    status.pauses.map((pause) => [functionName(identity, pause), `until ${moment(pause.until)}`]),
  );
  section(
    "contracts",
    status.contracts.map(({ contract, version, target }) => [
      contractNameText(contract),
      `version ${version}`,
      target,
    ]),
  );
  section(
    "not on the ledger yet",
    status.sending.map(({ type, about, refusal }) => [
      type,
      about,
      refusal === null ? "on its way" : `refused: ${refusal}`,
    ]),
  );
}
