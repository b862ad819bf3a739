import type { OrganisationId } from "@anamnesis/core/ids";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Client } from "@anamnesis/api/client";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { Option } from "commander";
import { readActorKeys } from "../../files/keyFiles.ts";
import { systemRuntime } from "../../runtime.ts";
import { personalLock } from "../options.ts";

export function staffOption(): Option {
  return new Option(
    "--staff <file>",
    "key file of a member of the organisation's staff; --node is the own node",
  ).makeOptionMandatory();
}

export interface AtTheDesk {
  readonly staff: ActorKeys;
  readonly organisation: OrganisationId;
  readonly node: Client;
}

/** Requests to the own node in the name of a member of its staff. Throws `bad-actor` for a card that names no organisation. */
export async function atTheDesk(url: string, keyFile: string): Promise<AtTheDesk> {
  const staff = await readActorKeys(keyFile, await personalLock());
  const { organisation } = staff.card;
  if (organisation === null) throw noStaff();
  return { staff, organisation, node: connect(systemRuntime, url, httpSigner(staff.ed25519)) };
}

function noStaff(): AnamnesisError<"bad-actor"> {
  return new AnamnesisError({
    code: "bad-actor",
    rule: "Who works at a front desk belongs to an organisation.",
    fix: "Give the key file of a member of its staff.",
  });
}
