import type { Client } from "@anamnesis/api/client";
import { Option } from "commander";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys } from "../files/keyFiles.ts";
import { systemRuntime } from "../runtime.ts";
import { personalLock } from "./options.ts";

export function adminOption(): Option {
  return new Option("--admin <file>", "the administrator's key file").makeOptionMandatory();
}

/** Requests to a node in the name of one of its administrators. */
export async function asAdministrator(node: string, keyFile: string): Promise<Client> {
  const { ed25519 } = await readActorKeys(keyFile, await personalLock());
  return connect(systemRuntime, node, httpSigner(ed25519));
}
