import { Argument, InvalidArgumentError } from "commander";
import { parseRecordId, type RecordId } from "@anamnesis/core/ids";

/** A record's id on the command line. */
export function recordArgument(): Argument {
  return new Argument("<record>", "id of the record, 0x and 64 digits").argParser(recordOf);
}

export function recordOf(text: string): RecordId {
  try {
    return parseRecordId(text);
  } catch {
    throw new InvalidArgumentError("");
  }
}
