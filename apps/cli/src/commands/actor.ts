import { Command } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { actorIdOf, keyCard } from "@anamnesis/core/actor/keyCard";
import { AnamnesisError } from "@anamnesis/core/errors";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readRequired } from "../files/durableFile.ts";
import { readActorKeys } from "../files/keyFiles.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { jsonOption, nodeOption, personalLock } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly admin: string;
  readonly card: string;
  readonly json?: true;
}

/** `anamnesis actor`: the directory's people and devices, by an administrator of their organisation. */
export function actorCommand(): Command {
  return new Command("actor")
    .description("people and devices of an organisation in the directory")
    .addCommand(setCommand("add", "register a person or device, or bring one back", true))
    .addCommand(setCommand("retire", "end what a person or device may do", false));
}

function setCommand(name: string, description: string, active: boolean): Command {
  return new Command(name)
    .description(description)
    .addOption(nodeOption())
    .requiredOption("--admin <file>", "the administrator's key file")
    .requiredOption("--card <file>", "the key card that `keys create` wrote")
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const card = keyCard.decode(await readRequired(flags.card, "key card"));
      const { subject } = card;
      if (subject === "organisation") {
        throw new AnamnesisError({
          code: "bad-actor",
          rule: "An actor is a practitioner, a staff member or a device.",
          fix: "Give the card of a person or device; organisations join the consortium otherwise.",
        });
      }
      const { ed25519 } = await readActorKeys(flags.admin, await personalLock());
      const client = connect(systemRuntime, flags.node, httpSigner(ed25519));
      await client.call(adminRoutes.setActor, {}, { keyCard: card, role: subject, active });
      const actor = actorIdOf(card);
      output.line(`${actor} is on its way to the ledger: ${subject}, ${active ? "active" : "retired"}`);
      output.result({ actor, role: subject, active });
    });
}
