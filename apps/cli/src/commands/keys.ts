import { Command, Option } from "commander";
import { keyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { type ActorId, parseOrganisationId } from "@anamnesis/core/ids";
import { actorOf, createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { httpSigner } from "@anamnesis/sdk/runtime";
import { refuseToReplace, writeDurably } from "../files/durableFile.ts";
import { writeActorKeys } from "../files/keyFiles.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { parseHash32 } from "./arguments.ts";
import { jsonOption, personalLock } from "./options.ts";

interface Flags {
  readonly subject: "practitioner" | "staff" | "device";
  readonly name: string;
  readonly organisation: string;
  readonly actor?: ActorId;
  readonly out: string;
  readonly json?: true;
}

/** `anamnesis keys`: key files of practitioners, staff and devices. */
export function keysCommand(): Command {
  const create = new Command("create")
    .description(
      "make the keys of a person or device: an encrypted key file, and beside it the public key card (.card)",
    )
    .addOption(
      new Option("--subject <subject>", "whose keys")
        .choices(["practitioner", "staff", "device"])
        .makeOptionMandatory(),
    )
    .requiredOption("--name <name>", "as patients and colleagues know it; it is public")
    .requiredOption("--organisation <id>", "the member organisation")
    .addOption(
      new Option(
        "--actor <id>",
        "whose earlier keys these replace, once `directory rotate` says so",
      ).argParser(parseHash32),
    )
    .requiredOption("--out <file>", "the key file to write")
    .addOption(jsonOption())
    .action(createKeys);
  return new Command("keys").description("key files of practitioners, staff and devices").addCommand(create);
}

async function createKeys(flags: Flags): Promise<void> {
  const output = createOutput(flags.json === true);
  const organisation = parseOrganisationId(flags.organisation);
  await refuseToReplace(flags.out);
  const { subject, name } = flags;
  const lock = await personalLock();
  const keys = await createActorKeys({
    subject,
    name,
    organisation,
    random: systemRuntime.random,
    ...(flags.actor === undefined ? {} : { actor: flags.actor }),
  });
  await writeActorKeys(flags.out, keys, lock);
  const card = `${flags.out}.card`;
  await writeDurably(card, keyCard.encode(keys.card));
  const administrator = httpSigner(keys.ed25519).keyid;
  const result = { actor: actorOf(keys), keyCard: keyCardDigest(keys.card), administrator };
  output.line(`actor          ${result.actor}`);
  output.line(`key card       ${result.keyCard}`);
  output.line(
    `request key    ${administrator}   (for \`admins\` in a node's configuration, if this is an administrator)`,
  );
  output.line(
    "An administrator of the organisation registers the key card: anamnesis directory add --card <file>.card",
  );
  output.result(result);
}
