import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { Command } from "commander";
import { keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { addressOf } from "@anamnesis/core/crypto/secp256k1";
import { keyOffer } from "@anamnesis/api/routes/consortium";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { refuseToReplace, writeDurably } from "../files/durableFile.ts";
import { passphrase } from "../files/passphrase.ts";
import { operator } from "@anamnesis/node/operator";
import { identityOf } from "@anamnesis/sdk/consortium";
import { connect } from "@anamnesis/sdk/runtime";
import { FRONT_MAIN, NODE_MAIN } from "../nodeProcess.ts";
import { createOutput } from "../output/output.ts";
import { systemRuntime } from "../runtime.ts";
import { nodeStatusCommand } from "./nodeStatus.ts";
import { jsonOption, nodeOption, personalLock } from "./options.ts";

/** `anamnesis node`: an organisation's node. */
export function nodeCommand(): Command {
  return new Command("node")
    .description("an organisation's node")
    .addCommand(initCommand())
    .addCommand(keysCommand())
    .addCommand(runCommand())
    .addCommand(frontCommand())
    .addCommand(nodeStatusCommand());
}

function initCommand(): Command {
  return new Command("init")
    .description(
      "make an organisation's keys in a data folder, and say what the consortium needs to know of them",
    )
    .requiredOption("--data <folder>", "the node's data folder")
    .requiredOption("--name <name>", "the organisation's name; it is public")
    .addOption(jsonOption())
    .action(async (flags: { readonly data: string; readonly name: string; readonly json?: true }) => {
      const output = createOutput(flags.json === true);
      const { passphrase } = await personalLock();
      const card = await operator.initKeystore({ dataDir: flags.data, name: flags.name, passphrase });
      const organisation = organisationIdOf(card);
      const signer = addressOf(card.secp256k1);
      const keyCard = keyCardDigest(card);
      output.line(`organisation  ${organisation}`);
      output.line(`signer        ${signer}`);
      output.line(`key card      ${keyCard}`);
      output.result({ organisation, name: card.name, signer, keyCard });
    });
}

function keysCommand(): Command {
  return new Command("keys")
    .description("the organisation's own keys, which the members replace by vote")
    .addCommand(nextKeysCommand());
}

function nextKeysCommand(): Command {
  return new Command("next")
    .description(
      "make the keys that the organisation shall have next, or show them again, and write their consent for a member to propose",
    )
    .requiredOption("--data <folder>", "the node's data folder")
    .addOption(nodeOption())
    .requiredOption("--out <file>", "the offer to write")
    .addOption(jsonOption())
    .action(async (flags: NextKeysFlags) => {
      const output = createOutput(flags.json === true);
      await refuseToReplace(flags.out);
      const { passphrase } = await personalLock();
      const client = connect(systemRuntime, flags.node, null);
      const [info, { members }] = await Promise.all([
        client.call(exchangeRoutes.node, {}, undefined),
        client.call(exchangeRoutes.directory, {}, undefined),
      ]);
      const cards = members.flatMap((member) => [member, ...member.earlierKeys].map((key) => key.keyCard));
      const offer = await operator.offerNextKeys({
        dataDir: flags.data,
        passphrase,
        identity: identityOf(info),
        known: new Set(cards),
      });
      await writeDurably(flags.out, keyOffer.encode(offer));
      const { organisation } = offer;
      const signer = addressOf(offer.keyCard.secp256k1);
      const digest = keyCardDigest(offer.keyCard);
      output.line(`organisation  ${organisation}`);
      output.line(`signer        ${signer}`);
      output.line(`key card      ${digest}`);
      output.line(
        "Restart the node, so that it has them; then: consortium propose rotate-key --offer <file>",
      );
      output.result({ organisation, signer, keyCard: digest });
    });
}

interface NextKeysFlags {
  readonly data: string;
  readonly node: string;
  readonly out: string;
  readonly json?: true;
}

function runCommand(): Command {
  return new Command("run")
    .description("run a node until SIGTERM or SIGINT; it logs JSON on standard error")
    .requiredOption("--config <file>", "the node's configuration (JSON, docs/operations.md)")
    .action(async (flags: { readonly config: string }) => {
      process.exitCode = await runProgram(NODE_MAIN, flags.config, await passphraseEnvironment());
    });
}

function frontCommand(): Command {
  return new Command("front")
    .description(
      "run a front of a node, beside its main process and other fronts behind one address, until SIGTERM or SIGINT; REDIS_URL names the Redis server that they share",
    )
    .requiredOption("--config <file>", "the front's configuration (JSON, docs/operations.md)")
    .action(async (flags: { readonly config: string }) => {
      process.exitCode = await runProgram(FRONT_MAIN, flags.config, {});
    });
}

/** The program runs in a process of its own, whose exit code is this one's; signals are passed on. */
async function runProgram(
  main: string,
  config: string,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
    stdio: "inherit",
    // A group of its own: an interrupt on the terminal comes once, from here.
    detached: true,
    env: { ...process.env, ...environment, ANAMNESIS_CONFIG: resolve(config) },
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGTERM", pass);
  process.on("SIGINT", pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
  } finally {
    process.off("SIGTERM", pass);
    process.off("SIGINT", pass);
  }
}

/** Asked on the terminal when the environment names no passphrase; the node itself asks nobody. */
async function passphraseEnvironment(): Promise<Readonly<Record<string, string>>> {
  const { ANAMNESIS_PASSPHRASE_FILE: file, ANAMNESIS_PASSPHRASE: given } = process.env;
  return file === undefined && given === undefined ? { ANAMNESIS_PASSPHRASE: await passphrase() } : {};
}
