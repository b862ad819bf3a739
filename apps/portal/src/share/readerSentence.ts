import { accessSentence } from "../meaning/accessSentence.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { GrantingPatient } from "../worker/protocol.ts";
import { permissionOf } from "./permissionOf.ts";

/** What a patient's shares let their reader see, for the banner and the list: one sentence for each signing, since each has its own terms and end. */
export function readerSentence(shares: GrantingPatient["shares"]): string {
  const signings = new Map<string, GrantingPatient["shares"][number][]>();
  for (const share of shares) {
    const { purposes, dataFrom, dataTo, exceptions, notAfter } = share;
    const terms = JSON.stringify([purposes, dataFrom, dataTo, exceptions, notAfter]);
    signings.set(terms, [...(signings.get(terms) ?? []), share]);
  }
  return [...signings.values()].map(sentenceOf).join(" ");
}

function sentenceOf(shares: GrantingPatient["shares"]): string {
  const first = shares.find(({ kind }) => kind === "general") ?? shares[0];
  if (first === undefined) return "";
  const terms = permissionOf({ ...first, granteeName: "", organisationName: null, parts: shares });
  return accessSentence(terms, "reader", meaningEn, locale);
}
