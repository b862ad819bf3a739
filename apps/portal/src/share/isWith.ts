import type { Share } from "../worker/protocol.ts";

type With = Pick<Share, "granteeName" | "organisationName">;

/** Both are with the same person or organisation, as the patient knows them. */
export function isWith(one: With, other: With): boolean {
  return one.granteeName === other.granteeName && one.organisationName === other.organisationName;
}
