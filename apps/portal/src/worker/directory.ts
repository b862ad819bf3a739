import { concurrently } from "@anamnesis/sdk/concurrently";
import { nameOf } from "./keyCards.ts";
import type { Directory, Grantee } from "./protocol.ts";
import { consortium, organisationName } from "./session.ts";

/** With whom records can be shared: active people of active members, and the members themselves, by name; and where the names of some could not be had. */
export async function directory(): Promise<Directory> {
  const all = await consortium();
  const active = [...all.members.values()].filter(({ status }) => status === "active");
  const here = new Set(active.map(({ organisation }) => organisation));
  const people = [...all.actors.values()].filter(
    (actor) => actor.active && actor.role === "practitioner" && here.has(actor.organisation),
  );
  const named = await concurrently(people, 8, async (actor): Promise<Grantee | null> => {
    const name = await nameOf(all, actor);
    if (name === null) return null;
    const { organisation, role } = actor;
    return {
      id: actor.actor,
      name,
      role,
      organisation,
      organisationName: organisationName(all, organisation),
    };
  });
  const organisations = active.map(({ organisation, name, kind }): Grantee => ({
    id: organisation,
    name,
    role: kind,
    organisation,
    organisationName: name,
  }));
  const nameless = people.filter((_, i) => named[i] === null);
  return {
    grantees: [...named.filter((grantee) => grantee !== null), ...organisations],
    silent: [...new Set(nameless.map(({ organisation }) => organisationName(all, organisation)))],
  };
}
