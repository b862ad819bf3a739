import type { WorkerMethods } from "./protocol.ts";
import { consortiumHere } from "./session.ts";

/** Organisations that take part, for choosing where one's records are kept. */
export const members: WorkerMethods["members"] = async () => {
  const all = await consortiumHere();
  return [...all.members.values()]
    .filter(({ status }) => status === "active")
    .map(({ organisation, name, kind, custodian }) => ({ id: organisation, name, kind, custodian }));
};
