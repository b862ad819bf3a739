import { Argument } from "commander";
import { parseHash32 } from "../../arguments.ts";

/** A correction's id on the command line. */
export function correctionArgument(): Argument {
  return new Argument("<correction>", "id, see `record correct list`").argParser(parseHash32);
}
