import { relative } from "node:path";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { requestFhirToken } from "@anamnesis/sdk/fhirToken";
import { systemRuntime } from "../runtime.ts";
import { ORGANISATIONS } from "./cast.ts";
import { firstPatient, type Journey } from "./journey.ts";
import { DEMO_CLIENT, demoClientKey } from "./start/fhirClient.ts";
import { portalLines } from "./portal/portalLines.ts";
import { keyPath } from "./start/people.ts";
import type { StateFolder } from "./start/stateFolder.ts";

/** Commands to go on with by hand, with the real paths and ids of this state. */
export async function printNextSteps(
  { world, ...journey }: Journey,
  state: StateFolder,
  say: (text: string) => void,
): Promise<void> {
  const here = (path: string): string => relative(process.cwd(), path) || ".";
  const patient = firstPatient({ world, ...journey });
  const { nodes, people } = world;
  const keys = here(patient.keyPath);
  const doctor = here(keyPath(state, "doctor"));
  const { token, expiresIn } = await requestFhirToken({
    runtime: systemRuntime,
    node: nodes.north.url,
    clientId: DEMO_CLIENT,
    key: await demoClientKey(state),
    scope: "system/*.cruds",
  });
  const lines = [
    ...(await portalLines(world)),
    "  The nodes stay up. Go on by hand in another terminal:",
    "",
    `    alias anamnesis="npm run --silent anamnesis --"`,
    `    export ANAMNESIS_PASSPHRASE_FILE=${here(state.passphrase)}`,
    `    export ANAMNESIS_NODE=${nodes.north.url}`,
    "",
    `    anamnesis consortium members`,
    `    anamnesis consent grant --keys ${keys} --kind general --grantee ${actorOf(people.doctor)}`,
    `    anamnesis consent list --actor ${doctor} --node ${nodes.south.url}`,
    `    anamnesis open --actor ${doctor} --node ${nodes.south.url} --out opened`,
    `    anamnesis consent list --keys ${keys}`,
    `    anamnesis consent revoke --keys ${keys} <consent>`,
    `    anamnesis receipts --keys ${keys} --ledger ${here(state.ledger)}`,
    "",
    "  Each node is a FHIR R4 server:",
    "",
    ...ORGANISATIONS.map((key) => `    ${`${nodes[key].url}/fhir`.padEnd(30)} ${nodes[key].name}`),
    "",
    `  With a token for ${nodes.north.name}, good for ${expiresIn / 60} minutes, and how to get others:`,
    "",
    `    TOKEN=${token}`,
    `    curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/fhir+json" -d '{"resourceType":"Patient"}' $ANAMNESIS_NODE/fhir/Patient`,
    `    curl -H "Authorization: Bearer $TOKEN" $ANAMNESIS_NODE/fhir/Patient`,
    `    TOKEN=$(anamnesis fhir token --client ${DEMO_CLIENT} --key ${here(state.fhirClient)})`,
    "",
    world.anvil === null
      ? "  Ctrl-C stops the nodes; the state stays, and the same command goes on with it (`--fresh` begins anew on the chain)."
      : "  Ctrl-C stops nodes and chain; the state stays and `npm start` goes on with it (`--fresh` discards it).",
  ];
  for (const line of lines) say(line);
}
