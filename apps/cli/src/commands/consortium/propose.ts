import { Argument, Command, Option } from "commander";
import type { Client } from "@anamnesis/api/client";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { keyOffer } from "@anamnesis/api/routes/consortium";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { Address, Hash32, OrganisationId } from "@anamnesis/core/ids";
import { PAUSABLE, type PausableIntent } from "@anamnesis/core/ledger/functions";
import {
  contractName,
  type Parameter,
  PARAMETERS,
  type ProposalAction,
} from "@anamnesis/core/ledger/proposal";
import { identityOf } from "@anamnesis/sdk/consortium";
import { actionOf, type Wish } from "@anamnesis/sdk/governance/actionOf";
import { readRequired } from "../../files/durableFile.ts";
import { createOutput } from "../../output/output.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { parseAccount, parseHash32 } from "../arguments.ts";
import { inSeconds, jsonOption, nodeOption, wholeNumber } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly admin: string;
  readonly json?: true;
}

const HOUR = 3_600;

/** `anamnesis consortium propose`: puts something to the vote, and votes for it. */
export function proposeCommand(): Command {
  return new Command("propose")
    .description("put something to the vote of the members, with the organisation's own vote for it")
    .addCommand(admitCommand())
    .addCommand(statusChange("suspend", "stop a member, with its people and devices, until it is reinstated"))
    .addCommand(statusChange("reinstate", "let a suspended member act again"))
    .addCommand(statusChange("remove", "end a membership for ever"))
    .addCommand(rotateKeyCommand())
    .addCommand(parameterCommand())
    .addCommand(contractCommand())
    .addCommand(pauseCommand())
    .addCommand(liftPauseCommand());
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(nodeOption())
    .addOption(adminOption())
    .addOption(jsonOption());
}

async function propose(flags: Flags, wish: Wish): Promise<void> {
  return send(flags, async (client) => {
    const [node, { requests }] = await Promise.all([
      client.call(exchangeRoutes.node, {}, undefined),
      client.call(adminRoutes.consortiumStatus, {}, undefined),
    ]);
    return actionOf(wish, { requests, identity: identityOf(node) });
  });
}

async function send(flags: Flags, making: (client: Client) => Promise<ProposalAction>): Promise<void> {
  const output = createOutput(flags.json === true);
  const client = await asAdministrator(flags.node, flags.admin);
  const action = await making(client);
  const { proposal } = await client.call(adminRoutes.propose, {}, { action });
  output.line(`${proposal} is on its way to the ledger; the others vote with its id (consortium status)`);
  output.result({ proposal, action });
}

function admitCommand(): Command {
  return command("admit", "admit an organisation that asked for it")
    .addArgument(new Argument("<request>", "its id, as `consortium status` shows it").argParser(parseHash32))
    .action((request: Hash32, flags: Flags) => propose(flags, { type: "admit", request }));
}

function statusChange(type: "suspend" | "reinstate" | "remove", description: string): Command {
  return command(type, description)
    .addArgument(new Argument("<organisation>", "the member's id").argParser(parseHash32))
    .action((organisation: OrganisationId, flags: Flags) => propose(flags, { type, organisation }));
}

function rotateKeyCommand(): Command {
  return command("rotate-key", "give a member other keys, which accepted it")
    .requiredOption("--offer <file>", "what the member's `node keys next` wrote")
    .action(async (flags: Flags & { readonly offer: string }) => {
      const offer = keyOffer.decode(await readRequired(flags.offer, "offer of keys"));
      await propose(flags, { type: "rotate-key", offer });
    });
}

function parameterCommand(): Command {
  return command("set-parameter", "change what the members set for themselves")
    .addArgument(new Argument("<parameter>", "which").choices(PARAMETERS))
    .addArgument(
      new Argument(
        "<value>",
        "quorum: hundredths of a per cent; votingPeriod, maxPause: seconds; minimumMembers: a number",
      ).argParser(wholeNumber(2 ** 32 - 1)),
    )
    .action((parameter: Parameter, value: number, flags: Flags) =>
      propose(flags, { type: "set-parameter", parameter, value }),
    );
}

function contractCommand(): Command {
  return command("adopt-contract", "enter the next version of a contract into the ledger's address book")
    .argument("<name>", "such as `records`")
    .addArgument(new Argument("<address>", "where it stands").argParser(parseAccount))
    .addOption(
      new Option("--codehash <hash>", "keccak256 of its code").argParser(parseHash32).makeOptionMandatory(),
    )
    .addOption(
      new Option("--contract-version <number>", "1, 2, 3, … for each name")
        .argParser(wholeNumber(2 ** 32))
        .makeOptionMandatory(),
    )
    .action(
      (
        name: string,
        target: Address,
        flags: Flags & { readonly codehash: Hash32; readonly contractVersion: number },
      ) =>
        send(flags, async () => ({
          type: "adopt-contract",
          contract: contractName(name),
          target,
          codehash: flags.codehash,
          version: flags.contractVersion,
        })),
    );
}

function functionArgument(): Argument {
  return new Argument("<intent>", "what it takes").choices(Object.keys(PAUSABLE));
}

function pauseCommand(): Command {
  return command("pause", "stop one function of the contracts in an emergency; it goes on by itself")
    .addArgument(functionArgument())
    .requiredOption("--hours <number>", "from now", wholeNumber(720))
    .action((intent: PausableIntent, flags: Flags & { readonly hours: number }) =>
      propose(flags, { type: "pause", intent, until: inSeconds(flags.hours * HOUR) }),
    );
}

function liftPauseCommand(): Command {
  return command("lift-pause", "let a paused function go on now")
    .addArgument(functionArgument())
    .action((intent: PausableIntent, flags: Flags) => propose(flags, { type: "lift-pause", intent }));
}
