import { accessSentence } from "../meaning/accessSentence.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { GrantingPatient } from "../worker/protocol.ts";
import { permissionOf } from "./permissionOf.ts";

/** What a patient's shares let their reader see, in one sentence: for the banner and the list. */
export function readerSentence(shares: GrantingPatient["shares"]): string {
  const first = shares.find(({ kind }) => kind === "general") ?? shares[0];
  if (first === undefined) return "";
  const terms = permissionOf({ ...first, granteeName: "", organisationName: null, parts: shares });
  return accessSentence(terms, "reader", meaningEn, locale);
}
