import { Argument, Command } from "commander";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { type Directory, exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { actorIdOf, type KeyCard, keyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId } from "@anamnesis/core/ids";
import type { ActorRole } from "@anamnesis/core/ports/ledger";
import { fetchKeyCard } from "@anamnesis/sdk/consortium";
import { fetchRegistration } from "@anamnesis/sdk/fetchRegistration";
import { connect } from "@anamnesis/sdk/runtime";
import { readRequired } from "../../files/durableFile.ts";
import { columns, printable } from "../../output/format.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { adminOption, asAdministrator } from "../administrator.ts";
import { parseHash32 } from "../arguments.ts";
import { jsonOption, nodeOption } from "../options.ts";

interface Flags {
  readonly node: string;
  readonly json?: true;
}
interface AdminFlags extends Flags {
  readonly admin: string;
}

/** `anamnesis directory`: people and devices of the members, changed by an administrator of their organisation. */
export function directoryCommand(): Command {
  return new Command("directory")
    .description("people and devices of the members")
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(registerCommand())
    .addCommand(suspendCommand())
    .addCommand(rotateCommand());
}

function listCommand(): Command {
  return new Command("list")
    .description("every person and device that a member registered")
    .addOption(nodeOption())
    .addOption(jsonOption())
    .action(async ({ node, json }: Flags) => {
      const output = createOutput(json === true);
      const { actors, members } = await directoryAt(node);
      const nameOf = new Map(members.map((member) => [member.organisation, printable(member.name)]));
      const rows = actors.map((actor) => [
        actor.role,
        actor.active ? "active" : "suspended",
        nameOf.get(actor.organisation) ?? actor.organisation,
        actor.actor,
      ]);
      for (const line of columns(rows)) output.line(line);
      output.result(actors);
    });
}

function addCommand(): Command {
  return changing("add", "register a person or device, or bring one back")
    .requiredOption("--card <file>", "the key card that `keys create` wrote")
    .action(async (flags: AdminFlags & { readonly card: string }) => {
      const card = await readCard(flags.card);
      const digest = keyCardDigest(card);
      const { actors } = await directoryAt(flags.node);
      // Whoever got other keys keeps the id of the first ones.
      const actor = actors.find((known) => known.keyCard === digest)?.actor ?? actorIdOf(card);
      await setActor(flags, card, actor, true);
    });
}

function registerCommand(): Command {
  return changing("register", "register whoever made keys at the portal, by the code that their page shows")
    .addArgument(new Argument("<code>", "AR1 and eight groups"))
    .option("--look", "say whose code it is only; nothing is signed")
    .action(async (code: string, flags: AdminFlags & { readonly look?: true }) => {
      const client = await asAdministrator(flags.node, flags.admin);
      const card = await fetchRegistration(client, code);
      const output = createOutput(flags.json === true);
      output.line(`${printable(card.name)}, ${card.subject}`);
      if (flags.look === true) output.result({ name: card.name, role: card.subject, actor: actorIdOf(card) });
      else await setActor(flags, card, actorIdOf(card), true);
    });
}

function suspendCommand(): Command {
  return changing("suspend", "end what a person or device may do, until it is added again")
    .addArgument(actorArgument())
    .action(async (actor: ActorId, flags: AdminFlags) => {
      const { actors } = await directoryAt(flags.node);
      const known = actors.find((candidate) => candidate.actor === actor);
      if (known === undefined) throw unknownActor();
      await setActor(flags, await fetchKeyCard(systemRuntime, [flags.node], known.keyCard), actor, false);
    });
}

function rotateCommand(): Command {
  return changing(
    "rotate",
    "give a person or device other keys; what names the earlier ones is to be granted again",
  )
    .addArgument(actorArgument())
    .requiredOption("--card <file>", "the new key card that `keys create --actor` wrote")
    .action(async (actor: ActorId, flags: AdminFlags & { readonly card: string }) =>
      setActor(flags, await readCard(flags.card), actor, true),
    );
}

function changing(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(nodeOption())
    .addOption(adminOption())
    .addOption(jsonOption());
}

function actorArgument(): Argument {
  return new Argument("<actor>", "its id, as `directory list` shows it").argParser(parseHash32);
}

async function setActor(flags: AdminFlags, card: KeyCard, actor: ActorId, active: boolean): Promise<void> {
  const output = createOutput(flags.json === true);
  const role = roleOf(card);
  const client = await asAdministrator(flags.node, flags.admin);
  const first = actor === actorIdOf(card);
  await client.call(adminRoutes.setActor, {}, { keyCard: card, role, active, ...(first ? {} : { actor }) });
  output.line(`${actor} is on its way to the ledger: ${role}, ${active ? "active" : "suspended"}`);
  output.result({ actor, role, active, keyCard: keyCardDigest(card) });
}

async function directoryAt(node: string): Promise<Directory> {
  return connect(systemRuntime, node, null).call(exchangeRoutes.directory, {}, undefined);
}

async function readCard(path: string): Promise<KeyCard> {
  return keyCard.decode(await readRequired(path, "key card"));
}

function roleOf({ subject }: KeyCard): ActorRole {
  if (subject !== "organisation") return subject;
  throw new AnamnesisError({
    code: "bad-actor",
    rule: "An actor is a practitioner, a staff member or a device.",
    fix: "Give the card of a person or device; organisations join with `consortium join`.",
  });
}

function unknownActor(): AnamnesisError<"unknown-actor"> {
  return new AnamnesisError({
    code: "unknown-actor",
    rule: "Only who stands in the directory is suspended.",
    fix: "Give an id that `directory list` shows.",
  });
}
