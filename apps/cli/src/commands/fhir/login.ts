import { Command, InvalidArgumentError, Option } from "commander";
import { fhirLoginRoutes } from "@anamnesis/api/routes/fhirLogin";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { signPatientLogin } from "@anamnesis/sdk/fhirPatientLogin";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { Hash32 } from "@anamnesis/core/ids";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys, readPatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock, purposeOption } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly actor?: string;
  readonly keys?: string;
  readonly kind?: readonly SegmentKind[];
  readonly client?: string;
  readonly scope?: string;
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
    .option("--actor <file>", "key file of a person of the organisation whose node it is")
    .addOption(purposeOption())
    .option("--keys <file>", "a patient's key file, with --client and --scope as the page shows them")
    .option("--client <id>", "the program that a patient lets in")
    .option("--scope <scopes>", "what it asks for, with a space between")
    .addOption(
      new Option("--kind <kinds...>", "segments about which it may ask; general by default").choices(
        SEGMENT_KINDS,
      ),
    )
    .addOption(jsonOption())
    .action(async (challenge: Hash32, flags: Flags) => {
      const output = createOutput(flags.json === true);
      const purpose = await signed(challenge, flags);
      output.line("Signed. The page goes on by itself.");
      output.result({ signed: true, purpose });
    });
}

/** Why: a patient asks for itself alone. */
async function signed(challenge: Hash32, flags: Flags): Promise<Purpose> {
  const { node, actor, keys, client, scope, purpose } = flags;
  if (actor !== undefined && keys === undefined) {
    const { ed25519 } = await readActorKeys(actor, await personalLock());
    const own = connect(systemRuntime, node, httpSigner(ed25519));
    await own.call(fhirLoginRoutes.fhirLogin, {}, { challenge, purpose });
    return purpose;
  }
  if (keys === undefined || actor !== undefined || client === undefined || scope === undefined) {
    throw new AnamnesisError({
      code: "bad-login-options",
      rule: "A login is signed with --actor, or with --keys, --client and --scope.",
      fix: "Give one of the two.",
    });
  }
  const { organisation } = await connect(systemRuntime, node, null).call(exchangeRoutes.node, {}, undefined);
  await signPatientLogin({
    runtime: systemRuntime,
    keys: await readPatientKeys(keys, await personalLock()),
    // The node sees that those of one login are one patient's.
    kinds: flags.kind ?? ["general"],
    node: { endpoint: node, organisation },
    challenge,
    client,
    scope,
  });
  return "PATRQT";
}

function parseChallenge(text: string): Hash32 {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase() as Hash32;
  throw new InvalidArgumentError("");
}
