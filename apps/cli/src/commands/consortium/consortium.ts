import { Command } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { loadConsortium } from "@anamnesis/sdk/consortium";
import { connect } from "@anamnesis/sdk/runtime";
import { columns, printable } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { jsonOption, nodeOption, wholeNumber } from "../options.ts";
import { joinCommand } from "./join.ts";
import { proposeCommand } from "./propose.ts";
import { settleCommand } from "./settle.ts";
import { statusCommand } from "./status.ts";
import { voteCommand } from "./vote.ts";

interface Flags {
  readonly node: string;
  readonly json?: true;
}

/** `anamnesis consortium`: who takes part, as a node tells it. */
export function consortiumCommand(): Command {
  return new Command("consortium")
    .description("members, custodians and committee of a consortium, and what its members decide")
    .addCommand(membersCommand())
    .addCommand(custodiansCommand())
    .addCommand(committeeCommand())
    .addCommand(formCommand())
    .addCommand(statusCommand())
    .addCommand(proposeCommand())
    .addCommand(voteCommand())
    .addCommand(settleCommand())
    .addCommand(joinCommand());
}

function membersCommand(): Command {
  return new Command("members")
    .description("every member organisation with its node")
    .addOption(nodeOption())
    .addOption(jsonOption())
    .action(async ({ node, json }: Flags) => {
      const output = createOutput(json === true);
      const { members } = await connect(systemRuntime, node, null).call(
        exchangeRoutes.directory,
        {},
        undefined,
      );
      const rows = members.map((item) => [
        printable(item.name),
        item.kind,
        item.status,
        item.custodian ? "custodian" : "",
        item.endpoint,
        item.organisation,
      ]);
      for (const line of columns(rows)) output.line(line);
      output.result(members);
    });
}

function custodiansCommand(): Command {
  return new Command("custodians")
    .description("who holds a share of the committee's key, from its verified certificate")
    .addOption(nodeOption())
    .addOption(jsonOption())
    .action(async ({ node, json }: Flags) => {
      const output = createOutput(json === true);
      const { committee } = await loadConsortium({ runtime: systemRuntime, endpoint: node });
      const found = committee.custodians.map(({ index, name, endpoint, organisation }) => {
        return { index, name, endpoint, organisation };
      });
      const rows = found.map((item) => [`${item.index}`, item.name, item.endpoint, item.organisation]);
      for (const line of columns(rows)) output.line(line);
      output.result(found);
    });
}

function committeeCommand(): Command {
  return new Command("committee")
    .description("the committee's key id and threshold, from its verified certificate")
    .addOption(nodeOption())
    .addOption(jsonOption())
    .action(async ({ node, json }: Flags) => {
      const output = createOutput(json === true);
      const { committee } = await loadConsortium({ runtime: systemRuntime, endpoint: node });
      const { id, threshold, shareEpoch, custodians } = committee;
      output.line(id);
      output.line(`${threshold} of ${custodians.length} custodians open a record, share epoch ${shareEpoch}`);
      output.result({ committee: id, threshold, shareEpoch, custodians: custodians.length });
    });
}

function formCommand(): Command {
  return new Command("form")
    .description("make the committee's key among all custodians, once, by an administrator")
    .addOption(nodeOption())
    .addOption(adminOption())
    .option("--threshold <number>", "how many custodians open a record", wholeNumber(10), 2)
    .addOption(jsonOption())
    .action(async (flags: Flags & { readonly admin: string; readonly threshold: number }) => {
      const output = createOutput(flags.json === true);
      const client = await asAdministrator(flags.node, flags.admin);
      const { threshold } = flags;
      await client.call(adminRoutes.formCommittee, {}, { threshold }, { timeout: 120_000 });
      output.line(
        "The committee's key is made; it counts when it stands on the ledger (consortium committee).",
      );
      output.result({ formed: true, threshold });
    });
}
