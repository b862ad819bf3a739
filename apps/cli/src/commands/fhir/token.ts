import { Command } from "commander";
import { requestFhirToken } from "@anamnesis/sdk/fhirToken";
import { readFhirClientKey } from "../../files/fhirClientKey.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly client: string;
  readonly key: string;
  readonly scope: string;
  readonly purpose?: string;
  readonly json?: true;
}

/** `anamnesis fhir token`: SMART Backend Services from the command line. Prints the token alone, for `$(…)`. */
export function tokenCommand(): Command {
  return new Command("token")
    .description("get a token for the FHIR server, good for some minutes")
    .addOption(nodeOption())
    .requiredOption("--client <id>", "as the node's configuration registers it")
    .requiredOption("--key <file>", "its private key, from `fhir client`")
    .option("--scope <scopes>", "SMART 2 scopes with a space between", "system/*.cruds")
    .option("--purpose <code>", "purpose of use; the client's first one by default")
    .addOption(jsonOption())
    .action(async ({ node, client, key, scope, purpose, json }: Flags) => {
      const output = createOutput(json === true);
      const given = await requestFhirToken({
        runtime: systemRuntime,
        node,
        clientId: client,
        key: await readFhirClientKey(key),
        scope,
        ...(purpose === undefined ? {} : { purpose }),
      });
      output.line(given.token);
      output.result(given);
    });
}
