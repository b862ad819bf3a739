import { InvalidArgumentError } from "commander";

/** The id of `Patient/<id>`. */
export function parsePatient(text: string): string {
  const id = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(text)?.[1];
  if (id === undefined) throw new InvalidArgumentError("");
  return id;
}
