import type { ConsentBody } from "./consent.ts";
import type { DelegationBody } from "./delegation.ts";
import { isReadingDelegation } from "./readingDelegation.ts";
import type { Action, Exception, Purpose, Terms } from "./terms.ts";
import { nounOfType } from "./typeNouns.ts";

const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  TREAT: "to treat me",
  ETREAT: "to treat me in an emergency",
  HPAYMT: "to settle payment for my care",
  HRESCH: "for research",
  HOPERAT: "to run the institution",
  PUBHLTH: "for public health",
  PATRQT: "at my request",
};

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** "8 January 2022": the month as a word, so that nobody takes it for the day. */
function sayDate(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function sayDay(days: number): string {
  return sayDate(new Date(days * 86_400_000));
}

/** "9 October 2025, 08:36 UTC": the same words whoever builds them, wherever they are. */
function sayMinute(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${sayDate(date)}, ${date.toISOString().slice(-13, -8)} UTC`;
}

function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function isEvery(resourceTypes: readonly string[]): boolean {
  return resourceTypes.length === 0 || resourceTypes.includes("*");
}

function does(actions: readonly Action[]): string {
  return actions.includes("reshare") ? "read and pass on" : "read";
}

function period({ dataFrom, dataTo }: Exception): string {
  const from = dataFrom === null ? "" : ` from ${sayDay(dataFrom)}`;
  const to = dataTo === null ? "" : ` up to ${sayDay(dataTo)}`;
  return `${from}${to}`;
}

function what(terms: Exception, all: string): string {
  const records = isEvery(terms.resourceTypes) ? all : list(terms.resourceTypes.map(nounOfType));
  return `${records}${period(terms)}`;
}

function why(purposes: readonly Purpose[]): string {
  return list(purposes.map((name) => PURPOSE_WORDS[name]));
}

/** "but never …": what the patient is shown last before the end. */
function exceptions(terms: Terms): string {
  const phrases = terms.exceptions.map((exception) => {
    const [only, more] = exception.actions;
    const verb =
      only === undefined || more !== undefined ? "" : `to ${only === "read" ? "read" : "pass on"} `;
    const purposes = exception.purposes.length === 0 ? "" : `, ${why(exception.purposes)}`;
    return `never ${verb}${what(exception, "any record")}${purposes}`;
  });
  return phrases.length === 0 ? "" : `, but ${phrases.join("; and ")}`;
}

function window({ notBefore, notAfter }: Terms): string {
  return `from ${sayMinute(notBefore)} until ${sayMinute(notAfter)}`;
}

/**
 * The one sentence that says what a signature permits. It is the first field of what a wallet shows, and custodians
 * build it anew from the fields, so it can never say anything else than the consent does. It speaks of "this part" of the record: which one it is, no field says.
 */
export function consentSentence(consent: Terms & Pick<ConsentBody, "granteeName">): string {
  return (
    `I allow ${consent.granteeName} to ${does(consent.actions)} ${what(consent, "every record")} in this part of my ` +
    `record, ${why(consent.purposes)}, ${window(consent)}${exceptions(consent)}; I can stop this at any time.`
  );
}

/** The same for a delegation: whom the owner lets decide in its name, within which limits. */
export function delegationSentence(delegation: DelegationBody): string {
  if (isReadingDelegation(delegation)) {
    return (
      `I let ${delegation.proxyName} read ${what(delegation, "every record")} in this part of my record, ` +
      `${window(delegation)}, and allow it to nobody else; I can stop this at any time.`
    );
  }
  const itself = delegation.mayRead ? "; they may read that too" : "";
  return (
    `I let ${delegation.proxyName} decide in my name who may ${does(delegation.actions)} ` +
    `${what(delegation, "every record")} in this part of my record, ${why(delegation.purposes)}, ` +
    `${window(delegation)}${exceptions(delegation)}${itself}; I can stop this at any time.`
  );
}
