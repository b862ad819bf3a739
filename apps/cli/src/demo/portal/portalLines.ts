import { portalRoutes } from "@anamnesis/api/routes/portal";
import { connect } from "@anamnesis/sdk/runtime";
import { systemRuntime } from "../../runtime.ts";
import { ORGANISATIONS } from "../cast.ts";
import type { World } from "../start/startWorld.ts";

/** A passkey belongs to a name and not to an address, so a browser is sent to the machine's name. */
export function portalAddress(nodeUrl: string): string {
  const url = new URL(nodeUrl);
  url.hostname = "localhost";
  return url.href;
}

/** Where the portal is, and as whom one can sign in there: what the nodes themselves say. */
export async function portalLines({ nodes }: World): Promise<readonly string[]> {
  const lines = ["  The portal is open. Nobody needs a key there: choose a person of the demo.", ""];
  for (const key of ORGANISATIONS) {
    const { url, name } = nodes[key];
    const people = await connect(systemRuntime, url, null).call(portalRoutes.demoIdentities, {}, undefined);
    lines.push(`    ${portalAddress(url).padEnd(26)} ${name}`);
    for (const person of people) lines.push(`    ${"".padEnd(26)}   ${person.name}: ${person.sentence}`);
  }
  return [...lines, ""];
}
