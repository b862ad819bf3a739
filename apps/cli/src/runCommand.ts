import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { runProgram } from "./program.ts";

/** Resolves when everything written has left this process, or nobody reads any more. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once("error", () => resolve());
    stream.write("", () => resolve());
  });
}

/** Runs the command line that this process was given, and ends it. */
export async function runCommand(): Promise<never> {
  useFastestBackend(process.env);
  const exitCode = await runProgram(process.argv.slice(2));
  // A pipe whose reader is behind takes some of an output now and the rest later: `exit` would drop the rest.
  await Promise.all([process.stdout, process.stderr].map(written));
  // What was interrupted may still wait for something that will not come.
  process.exit(exitCode === 0 ? (process.exitCode ?? 0) : exitCode);
}
