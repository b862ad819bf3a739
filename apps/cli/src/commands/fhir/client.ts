import { Command } from "commander";
import { createFhirClientKey } from "@anamnesis/sdk/fhirToken";
import { publicHalf, writeFhirClientKey } from "../../files/fhirClientKey.ts";
import { createOutput } from "../../output/output.ts";
import { jsonOption } from "../options.ts";

interface Flags {
  readonly out: string;
  readonly json?: true;
}

/** `anamnesis fhir client`: a program's key, and what the node's configuration needs of it. */
export function clientCommand(): Command {
  return new Command("client")
    .description("make a key for a program that asks at the FHIR server")
    .argument("<id>", "what the program calls itself")
    .requiredOption("--out <file>", "where the private key goes (JWK, ES384)")
    .addOption(jsonOption())
    .action(async (clientId: string, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const key = await createFhirClientKey();
      await writeFhirClientKey(flags.out, key);
      const client = {
        clientId,
        name: clientId,
        jwks: { keys: [publicHalf(key)] },
        role: "system",
        purposes: ["TREAT"],
        scopes: ["system/*.rs"],
      };
      output.line(
        "Add this to fhir.clients of the node's configuration, with role and scopes as it needs them:",
      );
      output.line("");
      output.line(JSON.stringify(client, null, 2));
      output.result(client);
    });
}
