import { FhirClient } from "@anamnesis/sdk/fhir/fhirClient";
import { Option } from "commander";
import { readFhirClientKey } from "../../files/fhirClientKey.ts";
import { systemRuntime } from "../../runtime.ts";

export interface FhirClientFlags {
  readonly node: string;
  readonly client: string;
  readonly key: string;
  readonly purpose?: string;
  readonly scope: string;
}

/** Who asks at a node's FHIR server, as `fhir token` has it. @param scope what the command needs. */
export function fhirClientOptions(scope: string): readonly Option[] {
  return [
    new Option("--client <id>", "as the node's configuration registers it").makeOptionMandatory(),
    new Option("--key <file>", "its private key, from `fhir client`").makeOptionMandatory(),
    new Option("--purpose <code>", "purpose of use; the client's first one by default"),
    new Option("--scope <scopes>", "SMART 2 scopes with a space between").default(scope),
  ];
}

export async function fhirClientOf(flags: FhirClientFlags): Promise<FhirClient> {
  const { node, client, key, purpose, scope } = flags;
  return new FhirClient({
    runtime: systemRuntime,
    node,
    clientId: client,
    key: await readFhirClientKey(key),
    scope,
    ...(purpose === undefined ? {} : { purpose }),
  });
}
