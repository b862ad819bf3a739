import { AnamnesisError } from "@anamnesis/core/errors";
import { answerRequest as answerWith } from "@anamnesis/sdk/requests/answerRequest";
import { type ReceivedRequest, receivedRequests } from "@anamnesis/sdk/requests/receivedRequests";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { printContactCode } from "@anamnesis/sdk/keys/contactCode";
import { segmentOf } from "@anamnesis/sdk/keys/patientKeys";
import type { RequestMethods } from "../protocol/requests.ts";
import { termsOf } from "../../share/termsOf.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";
import { savePatient } from "../vaultStore.ts";
import { answerOf, askedTerms } from "./askedTerms.ts";

/** Who asks this patient for access. */
export const requests: RequestMethods["requests"] = async () => {
  const all = await consortium();
  const found = await receivedRequests({
    runtime: browserRuntime,
    consortium: all,
    keys: patientKeys(),
  });
  return {
    requests: found.requests.map(({ id, requester, asked, time, expiresAt, state, answer }) => ({
      id,
      name: requester.card.name,
      organisationName: requester.organisationName,
      active: requester.active,
      asked: askedTerms(asked),
      time,
      expiresAt,
      state,
      answer: answerOf(answer),
    })),
    silent: [...new Set(found.silent.map(({ node }) => organisationName(all, node)))],
  };
};

/** Signs what the patient chose, or says no. Throws `request-not-found` besides what the SDK's verb throws. */
export const answerRequest = async (
  { id, grant, message }: Parameters<RequestMethods["answerRequest"]>[0],
  wallet: WalletSigner,
): Promise<void> => {
  const all = await consortium();
  const request = await requestNamed(id);
  const types = new Map(grant?.parts.map(({ kind, resourceTypes }) => [kind, resourceTypes]));
  await answerWith({
    runtime: { ...browserRuntime, wallet },
    consortium: all,
    keys: patientKeys(),
    save: savePatient,
    request,
    message,
    grant:
      grant === null
        ? null
        : {
            kinds: [...types.keys()],
            ...termsOf(grant, { resourceTypes: ["*"] }),
            typesOf: (kind) => types.get(kind) ?? [],
          },
  });
};

export const contactCode: RequestMethods["contactCode"] = async () => ({
  code: printContactCode(segmentOf(patientKeys(), "general").id),
});

async function requestNamed(id: string): Promise<ReceivedRequest> {
  const found = await receivedRequests({
    runtime: browserRuntime,
    consortium: await consortium(),
    keys: patientKeys(),
  });
  const request = found.requests.find((one) => one.id === id);
  if (request !== undefined) return request;
  throw new AnamnesisError({
    code: "request-not-found",
    rule: "A request waits at the organisations that keep the records.",
    fix: "It may have been withdrawn; look at the list again in a moment.",
  });
}
