import type { ConsentBody } from "./consent.ts";

const PURPOSE_WORDS: Readonly<Record<ConsentBody["purposes"][number], string>> = {
  TREAT: "to treat me",
  ETREAT: "to treat me in an emergency",
  HPAYMT: "to settle payment for my care",
  HRESCH: "for research",
  HOPERAT: "to run the institution",
  PUBHLTH: "for public health",
  PATRQT: "at my request",
};

function isoDay(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function isoMinute(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/**
 * The one sentence that says what a signature permits. It is the first field of what a wallet shows, and custodians
 * build it anew from the fields, so it can never say anything else than the consent does.
 */
export function consentSentence(consent: ConsentBody): string {
  const what = consent.resourceTypes.includes("*")
    ? "every record"
    : `records of type ${list(consent.resourceTypes)}`;
  const does = consent.actions.includes("reshare") ? "read and pass on" : "read";
  const from = consent.dataFrom === null ? "" : ` from ${isoDay(consent.dataFrom)}`;
  const to = consent.dataTo === null ? "" : ` up to ${isoDay(consent.dataTo)}`;
  const why = list(consent.purposes.map((purpose) => PURPOSE_WORDS[purpose]));
  return (
    `I allow ${consent.granteeName} to ${does} ${what}${from}${to} in this part of my record, ${why}, ` +
    `from ${isoMinute(consent.notBefore)} until ${isoMinute(consent.notAfter)}; I can stop this at any time.`
  );
}
