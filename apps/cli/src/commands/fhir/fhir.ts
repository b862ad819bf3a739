import { Command } from "commander";
import { bindCommand } from "./bind.ts";

/** `anamnesis fhir`: the node's FHIR server. */
export function fhirCommand(): Command {
  return new Command("fhir")
    .description("the FHIR server of the organisation's own node (administrator)")
    .addCommand(bindCommand());
}
