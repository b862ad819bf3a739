import { type DemoIdentity, portalRoutes } from "@anamnesis/api/routes/portal";
import { connect } from "@anamnesis/sdk/runtime";
import { systemRuntime } from "../../runtime.ts";
import { ORGANISATIONS, type OrganisationKey } from "../cast.ts";
import type { Organisations, World } from "../start/startWorld.ts";
import { portalPeople } from "./portalPeople.ts";

/** A passkey belongs to a name and not to an address, so a browser is sent to the machine's name. */
export function portalAddress(nodeUrl: string): string {
  const url = new URL(nodeUrl);
  url.hostname = "localhost";
  return url.href;
}

/** Where the portal is, and as whom one can sign in there: what the nodes themselves say. */
export async function portalLines({ nodes }: World): Promise<readonly string[]> {
  const people = await signedInAs({ nodes });
  return [
    "  The portal is open. Nobody needs a key there: choose a person of the demo.",
    "",
    ...peopleLines({ nodes }, people),
    "",
  ];
}

/** The demo's first lines, as soon as its nodes answer: the same, with when the people are there. */
export async function firstPortalLines({ nodes, admins }: Organisations): Promise<readonly string[]> {
  const there = await signedInAs({ nodes });
  const isReady = ORGANISATIONS.every((key) => there[key].length > 0);
  return [
    ...peopleLines({ nodes }, isReady ? there : portalPeople({ admins })),
    "",
    isReady
      ? "  The portal answers. Nobody needs a key there: its people are there from before."
      : "  The portal answers, and gets its people when the steps below are done.",
  ];
}

type People = Readonly<Record<OrganisationKey, readonly Pick<DemoIdentity, "name" | "sentence">[]>>;

async function signedInAs({ nodes }: Pick<Organisations, "nodes">): Promise<People> {
  const at = (key: OrganisationKey) =>
    connect(systemRuntime, nodes[key].url, null).call(portalRoutes.demoIdentities, {}, undefined);
  const [north, south, laboratory] = await Promise.all([at("north"), at("south"), at("laboratory")]);
  return { north, south, laboratory };
}

function peopleLines({ nodes }: Pick<Organisations, "nodes">, people: People): readonly string[] {
  return ORGANISATIONS.flatMap((key) => [
    `    ${portalAddress(nodes[key].url).padEnd(26)} ${nodes[key].name}`,
    ...people[key].map(({ name, sentence }) => `    ${"".padEnd(26)}   ${name}: ${sentence}`),
  ]);
}
