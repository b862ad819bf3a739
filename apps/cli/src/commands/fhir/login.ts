import { Command, InvalidArgumentError } from "commander";
import { fhirLoginRoutes } from "@anamnesis/api/routes/fhirLogin";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { Hash32 } from "@anamnesis/core/ids";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock, purposeOption } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly actor: string;
  readonly purpose: Purpose;
  readonly json?: true;
}

/** `anamnesis fhir login`: signs what the login page of a node shows. */
export function loginCommand(): Command {
  return new Command("login")
    .description(
      "sign the challenge of the login page that a program opened, so that it may ask in your name",
    )
    .argument("<challenge>", "as the page shows it, 0x and 64 hexadecimal digits", parseChallenge)
    .addOption(nodeOption())
    .requiredOption("--actor <file>", "key file of a person of the organisation whose node it is")
    .addOption(purposeOption())
    .addOption(jsonOption())
    .action(async (challenge: Hash32, { node, actor, purpose, json }: Flags) => {
      const output = createOutput(json === true);
      const { ed25519 } = await readActorKeys(actor, await personalLock());
      const client = connect(systemRuntime, node, httpSigner(ed25519));
      await client.call(fhirLoginRoutes.fhirLogin, {}, { challenge, purpose });
      output.line("Signed. The page goes on by itself.");
      output.result({ signed: true, purpose });
    });
}

function parseChallenge(text: string): Hash32 {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase() as Hash32;
  throw new InvalidArgumentError("");
}
