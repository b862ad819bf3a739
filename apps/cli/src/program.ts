import { Command, CommanderError } from "commander";
import { demoCommand } from "./commands/demo.ts";
import { nodeCommand } from "./commands/node.ts";
import { keysCommand } from "./commands/keys.ts";
import { deskCommand } from "./commands/desk/desk.ts";
import { directoryCommand } from "./commands/directory/directory.ts";
import { consortiumCommand } from "./commands/consortium/consortium.ts";
import { enrolCommand } from "./commands/enrol.ts";
import { permitCommand } from "./commands/permit.ts";
import { permitsCommand } from "./commands/permits.ts";
import { importCommand } from "./commands/import.ts";
import { consentCommand } from "./commands/consent/consent.ts";
import { requestCommand } from "./commands/request/request.ts";
import { ownerCommand } from "./commands/owner/owner.ts";
import { fhirCommand } from "./commands/fhir/fhir.ts";
import { exportCommand } from "./commands/export.ts";
import { openCommand } from "./commands/open.ts";
import { receiptsCommand } from "./commands/receipts.ts";
import { evidenceCommand } from "./commands/evidence.ts";
import { auditCommand } from "./commands/audit.ts";
import { recordCommand } from "./commands/record.ts";
import { verifyCommand } from "./commands/verify.ts";
import { verifyReceiptCommand } from "./commands/verifyReceipt.ts";
import { fsckCommand } from "./commands/fsck.ts";
import { backupCommand } from "./commands/backup.ts";
import { restoreCommand } from "./commands/restore.ts";
import { errorLines, errorReport } from "./output/reportError.ts";

/** All commands, that run nothing yet. */
export function makeProgram(): Command {
  return new Command("anamnesis")
    .description("A health-record exchange in which the patient alone decides who reads what.")
    .addCommand(demoCommand())
    .addCommand(nodeCommand())
    .addCommand(keysCommand())
    .addCommand(deskCommand())
    .addCommand(directoryCommand())
    .addCommand(consortiumCommand())
    .addCommand(enrolCommand())
    .addCommand(permitCommand())
    .addCommand(permitsCommand())
    .addCommand(importCommand())
    .addCommand(consentCommand())
    .addCommand(requestCommand())
    .addCommand(ownerCommand())
    .addCommand(fhirCommand())
    .addCommand(openCommand())
    .addCommand(exportCommand())
    .addCommand(recordCommand())
    .addCommand(receiptsCommand())
    .addCommand(verifyReceiptCommand())
    .addCommand(auditCommand())
    .addCommand(verifyCommand())
    .addCommand(evidenceCommand())
    .addCommand(fsckCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand());
}

/** Runs one command. Returns the exit code: 0, 1 for an error, 2 for a command line of the wrong form. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const program = makeProgram();
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, program);
    process.stderr.write(errorLines(errorReport(error)));
    return 1;
  }
}

function* allCommands(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* allCommands(child);
}

/** What was typed is not repeated: it could be a passphrase or a kit in the wrong place. */
function usage(error: CommanderError, program: Command): number {
  if (error.exitCode === 0) return 0;
  if (error.code === "commander.help") {
    process.stderr.write(program.helpInformation());
    return 2;
  }
  const reason = error.code.replace("commander.", "");
  // A flag is named only when it is one of ours.
  const flag = /'(?:-\w, )?(--[a-z-]+)/.exec(error.message)?.[1] ?? "";
  const known = [...allCommands(program)].some(({ options }) => options.some(({ long }) => long === flag));
  process.stderr.write(
    errorLines({
      code: "wrong-usage",
      rule: "A command line has the form that --help shows.",
      fix: "See `anamnesis --help`, or --help after a command.",
      meta: { reason, option: known ? flag : null },
    }),
  );
  return 2;
}
