import { Command } from "commander";
import { bindCommand } from "./bind.ts";
import { clientCommand } from "./client.ts";
import { enrolCommand } from "./enrol.ts";
import { importCommand } from "./import.ts";
import { loginCommand } from "./login.ts";
import { tokenCommand } from "./token.ts";

/** `anamnesis fhir`: the node's FHIR server. */
export function fhirCommand(): Command {
  return new Command("fhir")
    .description("the FHIR server of the organisation's own node")
    .addCommand(clientCommand())
    .addCommand(tokenCommand())
    .addCommand(loginCommand())
    .addCommand(bindCommand())
    .addCommand(enrolCommand())
    .addCommand(importCommand());
}
