import { Command } from "commander";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { sealHandOver } from "@anamnesis/sdk/owner/handOver";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys, readPatientKeys } from "../../files/keyFiles.ts";
import { createOutput } from "../../output/output.ts";
import { systemRuntime } from "../../runtime.ts";
import { jsonOption, nodeOption, personalLock, wholeNumber } from "../options.ts";
import { readKit } from "./options.ts";

interface Flags {
  readonly node: string;
  readonly keys: string;
  readonly kit: string;
  readonly staff: string;
  readonly hours: number;
  readonly json?: true;
}

/** `anamnesis owner hand-over`: a one-time code for somebody whom the desk enrolled. */
export function handOverCommand(): Command {
  return new Command("hand-over")
    .description(
      "make a one-time code with which a person takes over the segments that this organisation made",
    )
    .addOption(nodeOption())
    .requiredOption("--keys <file>", "the provisional key file")
    .requiredOption("--kit <file>", "the kit that was written with it")
    .requiredOption(
      "--staff <file>",
      "key file of a member of the organisation's staff; --node is the own node",
    )
    .option("--hours <number>", "for how long the code is good", wholeNumber(168), 24)
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      const output = createOutput(flags.json === true);
      const recoveryKit = await readKit(flags.kit);
      const lock = await personalLock();
      const keys = await readPatientKeys(flags.keys, lock);
      const { ed25519 } = await readActorKeys(flags.staff, lock);
      const { code, locator, sealed } = await sealHandOver(keys, recoveryKit, systemRuntime.random);
      const expiresAt = (systemRuntime.now() + flags.hours * 3600) as UnixSeconds;
      const client = connect(systemRuntime, flags.node, httpSigner(ed25519));
      await client.call(exchangeRoutes.putHandOver, {}, { locator, sealed, expiresAt });
      output.line(code);
      output.line(
        `Show it to the person alone, now: whoever has it first, within ${flags.hours} h, takes the segments over.`,
      );
      output.result({ code, expiresAt });
    });
}
