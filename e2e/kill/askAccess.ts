import type { World } from "@anamnesis/cli/demo/start/startWorld";
import { systemRuntime } from "@anamnesis/cli/runtime";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, UnixSeconds } from "@anamnesis/core/ids";
import { answerRequest } from "@anamnesis/sdk/requests/answerRequest";
import { askAccess } from "@anamnesis/sdk/requests/askAccess";
import { askedRequests } from "@anamnesis/sdk/requests/askedRequests";
import { receivedRequests } from "@anamnesis/sdk/requests/receivedRequests";
import { withdrawRequest } from "@anamnesis/sdk/requests/withdrawRequest";
import { segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import type { Patient } from "./patient.ts";
import { persist } from "./persist.ts";

/** The doctor asks twice, withdraws one request and is denied the other: said again until every home has it, and told at the end by nodes that were killed meanwhile. */
export async function askAccessAndBeDenied(world: World, patient: Patient): Promise<void> {
  const { consortium, people } = world;
  const common = { runtime: systemRuntime, consortium, keys: people.doctor };
  const segment = segmentOf(patient.keys, "general").id;
  const notAfter = (systemRuntime.now() + 86_400) as UnixSeconds;
  const ask = (): Promise<Digest> =>
    persist("a request for access", async () => {
      const { request, missing } = await askAccess({ ...common, segment, notAfter });
      if (missing.length === 0) return request;
      // What one home took is not asked twice for ever.
      await persist("taking back a request", () => withdrawRequest({ ...common, request }));
      throw notEverywhere(missing[0]?.code);
    });
  const withdrawn = await ask();
  await persist("a withdrawal", async () => {
    const { silent } = await withdrawRequest({ ...common, request: withdrawn });
    const home = silent.find(({ node }) => consortium.members.get(node)?.custodian === true);
    if (home !== undefined) throw notEverywhere(home.code);
  });
  const denied = await ask();
  await persist("an answer", async () => {
    const { requests } = await receivedRequests({ runtime: systemRuntime, consortium, keys: patient.keys });
    const request = requests.find(({ id }) => id === denied);
    if (request === undefined) throw notEverywhere("not-found");
    if (request.state === "denied") return;
    const save = async (): Promise<void> => undefined;
    await answerRequest({ ...common, keys: patient.keys, save, request, grant: null });
  });
  const { requests } = await persist("a list of requests", () => askedRequests(common));
  const stateOf = (id: Digest) => requests.find((one) => one.id === id)?.state;
  if (stateOf(withdrawn) !== "withdrawn" || stateOf(denied) !== "denied")
    throw new TypeError("A request is told as it was withdrawn and answered.");
}

function notEverywhere(code: string | undefined): AnamnesisError<"not-everywhere"> {
  return new AnamnesisError({
    code: "not-everywhere",
    rule: "Every home has heard of it.",
    fix: "Say it again.",
    meta: { cause: code ?? null },
  });
}
