import type { ConsentBody } from "./consent.ts";
import type { DelegationBody } from "./delegation.ts";
import type { Action, Exception, Purpose, Terms } from "./terms.ts";

const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
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

function isEvery(resourceTypes: readonly string[]): boolean {
  return resourceTypes.length === 0 || resourceTypes.includes("*");
}

function does(actions: readonly Action[]): string {
  return actions.includes("reshare") ? "read and pass on" : "read";
}

function period({ dataFrom, dataTo }: Exception): string {
  const from = dataFrom === null ? "" : ` from ${isoDay(dataFrom)}`;
  const to = dataTo === null ? "" : ` up to ${isoDay(dataTo)}`;
  return `${from}${to}`;
}

function what(terms: Exception, all: string): string {
  const records = isEvery(terms.resourceTypes) ? all : `records of type ${list(terms.resourceTypes)}`;
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
  return `from ${isoMinute(notBefore)} until ${isoMinute(notAfter)}`;
}

/**
 * The one sentence that says what a signature permits. It is the first field of what a wallet shows, and custodians
 * build it anew from the fields, so it can never say anything else than the consent does.
 */
export function consentSentence(consent: ConsentBody): string {
  return (
    `I allow ${consent.granteeName} to ${does(consent.actions)} ${what(consent, "every record")} in this part of my ` +
    `record, ${why(consent.purposes)}, ${window(consent)}${exceptions(consent)}; I can stop this at any time.`
  );
}

/** The same for a delegation: whom the owner lets decide in its name, within which limits. */
export function delegationSentence(delegation: DelegationBody): string {
  const itself = delegation.mayRead ? "; they may read that too" : "";
  return (
    `I let ${delegation.proxyName} decide in my name who may ${does(delegation.actions)} ` +
    `${what(delegation, "every record")} in this part of my record, ${why(delegation.purposes)}, ` +
    `${window(delegation)}${exceptions(delegation)}${itself}; I can stop this at any time.`
  );
}
