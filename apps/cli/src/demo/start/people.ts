import { join } from "node:path";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { OrganisationId } from "@anamnesis/core/ids";
import { type ActorKeys, createActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { access } from "node:fs/promises";
import { type Lock, readActorKeys, writeActorKeys } from "../../files/keyFiles.ts";
import { systemRuntime } from "../../runtime.ts";
import { type ActorKey, ACTORS, CAST, type OrganisationKey, ORGANISATIONS, PEOPLE } from "../cast.ts";
import { whenStarted } from "../until.ts";
import type { StateFolder } from "./stateFolder.ts";
import type { DemoNode } from "./demoNode.ts";

export type People = Readonly<Record<ActorKey, ActorKeys>>;

export function keyPath(state: StateFolder, name: string): string {
  return join(state.keys, `${name}.age`);
}

/** The keys in the state folder; new ones on first use. */
export async function loadOrCreateKeys(
  state: StateFolder,
  file: string,
  lock: Lock,
  card: {
    readonly name: string;
    readonly subject: "practitioner" | "staff" | "device";
    readonly organisation: OrganisationId;
  },
): Promise<ActorKeys> {
  const path = keyPath(state, file);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) return readActorKeys(path, lock);
  const keys = await createActorKeys({ ...card, random: systemRuntime.random });
  await writeActorKeys(path, keys, lock);
  return keys;
}

export async function loadPeople(
  state: StateFolder,
  lock: Lock,
  organisations: Readonly<Record<OrganisationKey, OrganisationId>>,
): Promise<People> {
  const found: Partial<Record<ActorKey, ActorKeys>> = {};
  for (const key of ACTORS) {
    const { name, role, of } = PEOPLE[key];
    const organisation = organisations[of];
    found[key] = await loadOrCreateKeys(state, key, lock, { name, subject: role, organisation });
  }
  return found as People;
}

export type Administrators = Readonly<Record<OrganisationKey, ActorKeys>>;

export async function loadAdministrators(
  state: StateFolder,
  lock: Lock,
  organisations: Readonly<Record<OrganisationKey, OrganisationId>>,
): Promise<Administrators> {
  const found: Partial<Record<OrganisationKey, ActorKeys>> = {};
  for (const key of ORGANISATIONS) {
    found[key] = await loadOrCreateKeys(state, `administrator-${key}`, lock, {
      name: `Administrator of ${CAST[key].name}`,
      subject: "staff",
      organisation: organisations[key],
    });
  }
  return found as Administrators;
}

/** An administrator of each organisation registers its own; what the directory has already is left as it is. */
export async function registerPeople(
  nodes: Readonly<Record<OrganisationKey, DemoNode>>,
  admins: Administrators,
  people: People,
): Promise<void> {
  await Promise.all(
    ACTORS.map(async (key) => {
      const { role, of } = PEOPLE[key];
      const client = connect(systemRuntime, nodes[of].url, httpSigner(admins[of].ed25519));
      const wish = { keyCard: people[key].card, role, active: true };
      await whenStarted(() => client.call(adminRoutes.setActor, {}, wish));
    }),
  );
}
