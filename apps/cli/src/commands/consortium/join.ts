import { Command, Option } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { joinRequest, type JoinRequest } from "@anamnesis/api/routes/consortium";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import { joinRequestIdOf } from "@anamnesis/core/ledger/newMember";
import { MEMBER_KINDS, type MemberKind } from "@anamnesis/core/ports/ledger";
import { operator } from "@anamnesis/node/operator";
import { identityOf } from "@anamnesis/sdk/consortium";
import { connect } from "@anamnesis/sdk/runtime";
import { readRequired, refuseToReplace, writeDurably } from "../../files/durableFile.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { asAdministrator } from "../administrator.ts";
import { jsonOption, nodeOption, parseNodeUrl, personalLock } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly data?: string;
  readonly kind?: MemberKind;
  readonly endpoint?: string;
  readonly custodian?: true;
  readonly out?: string;
  readonly request?: string;
  readonly admin?: string;
  readonly json?: true;
}

/**
 * `anamnesis consortium join`: an organisation asks to be admitted. It signs its request with its node's keys; a member's
 * administrator, who need not be the same person, brings it to the ledger.
 */
export function joinCommand(): Command {
  return new Command("join")
    .description(
      "ask to be admitted: --data writes a signed request, --request with a member's --admin brings one to the ledger",
    )
    .addOption(nodeOption())
    .option("--data <folder>", "the entrant's data folder, from `node init`")
    .addOption(new Option("--kind <kind>", "what the entrant is").choices(MEMBER_KINDS))
    .addOption(
      new Option("--endpoint <url>", "where the entrant's node will be reached").argParser(parseNodeUrl),
    )
    .option("--custodian", "the entrant may hold a share of the committee's key")
    .option("--out <file>", "the request to write")
    .option("--request <file>", "a request that the entrant made")
    .option("--admin <file>", "key file of an administrator of the member whose node is asked")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      if ((flags.data === undefined) === (flags.request === undefined)) throw eitherOr();
      await (flags.data === undefined ? relay(flags) : make(flags));
    });
}

async function make({ node, data, kind, endpoint, custodian, out, json }: Flags): Promise<void> {
  if (data === undefined || kind === undefined || endpoint === undefined || out === undefined) {
    throw eitherOr();
  }
  const output = createOutput(json === true);
  await refuseToReplace(out);
  const info = await connect(systemRuntime, node, null).call(exchangeRoutes.node, {}, undefined);
  const { passphrase } = await personalLock();
  const made = await operator.requestToJoin({
    dataDir: data,
    passphrase,
    identity: identityOf(info),
    kind,
    endpoint,
    custodian: custodian === true,
  });
  await writeDurably(out, joinRequest.encode(made));
  report(output, made, "A member's administrator brings it to the ledger: consortium join --request");
}

async function relay({ node, request, admin, json }: Flags): Promise<void> {
  if (request === undefined || admin === undefined) throw eitherOr();
  const output = createOutput(json === true);
  const value = joinRequest.decode(await readRequired(request, "request to join"));
  const client = await asAdministrator(node, admin);
  await client.call(adminRoutes.relayJoinRequest, {}, value);
  report(
    output,
    value,
    "It is on its way to the ledger; a member proposes to admit it: consortium propose admit",
  );
}

function report(output: ReturnType<typeof createOutput>, { entrant }: JoinRequest, next: string): void {
  const request = joinRequestIdOf(entrant);
  output.line(`request       ${request}`);
  output.line(`organisation  ${entrant.organisation}`);
  output.line(next);
  output.result({ request, ...entrant });
}

function eitherOr(): AnamnesisError<"join-incomplete"> {
  return new AnamnesisError({
    code: "join-incomplete",
    rule: "A request to join is made by the entrant, and brought to the ledger by a member.",
    fix: "Give --data with --kind, --endpoint and --out, or --request with --admin.",
  });
}
