import { keysEn } from "./en/keys.ts";

import { writing } from "./en/writing.ts";
import { chart } from "./en/chart.ts";
import { corrections } from "./en/corrections.ts";
import { cosign } from "./en/cosign.ts";
import { deskEn } from "./en/desk.ts";

/** English. Everything that the portal's pages say stands here; numbers and dates come formatted. */

import { lists } from "./en/lists.ts";
import { looks } from "./en/looks.ts";
import { adders, receipt } from "./en/receipt.ts";
import { errors } from "./en/errors.ts";
import { organisation } from "./en/organisation.ts";
import { organisationLogin } from "./en/organisationLogin.ts";
import { requests } from "./en/requests.ts";
import { wallets } from "./en/wallets.ts";

function count(value: number, one: string, many: string): string {
  return `${value.toLocaleString("en")} ${value === 1 ? one : many}`;
}

export const en = {
  writing,
  cosign,
  corrections,
  language: "en",
  /** In which the language is written. */
  direction: "ltr" as "ltr" | "rtl",
  keys: keysEn,
  app: "Anamnesis",
  demoBadge: "Demo: made-up people",
  skip: "Skip to the content",
  navigation: "Pages",
  signOut: "Sign out",
  loading: "One moment",
  tryAgain: "Try again",
  back: (to: string) => `Back to ${to}`,
  opening: (done: number, of: number) => `Opening records: ${done} of ${of}`,
  nothingYet: "Nothing yet: more is being opened.",
  stillOpening: "What is shown is not complete yet: more is being opened.",
  pages: {
    home: "Home",
    records: "Records",
    sharing: "Sharing",
    looked: "Who looked",
    patients: "Patients",
    toSign: "To sign",
    organisation: "Organisation",
    desk: "Front desk",
    codes: "Codes",
  },
  titles: {
    signIn: "Sign in",
    enrol: "New here",
    home: "Home",
    records: "Records",
    sharing: "Sharing",
    share: "Share with someone",
    looked: "Who looked",
    patients: "Patients",
    chart: "Chart",
    toSign: "To sign",
    organisation: "Organisation",
    request: "Somebody asks you",
    contactCode: "Your contact code",
    notFound: "Nothing is here",
  },
  signIn: {
    title: "Your health records",
    lead: "Who reads them, for how long and why is your decision. You see each time somebody looks.",
    passkey: "Sign in with a passkey",
    passkeyHelp: "Your fingerprint, your face or the code of your phone or computer.",
    newPatient: "I am new here",
    demoTitle: "Try it as one of these people",
    demoLead: "They and their records are made up. Nothing here is real.",
    goIn: "Go in",
    as: (name: string) => `Go in as ${name}`,
    roles: {
      patient: "Patient",
      doctor: "Doctor",
      laboratory: "Laboratory",
      administrator: "Administrator",
    },
    tooOld: "This browser has no passkeys. Use a newer one, or another device.",
  },
  enrol: {
    title: "Make your keys",
    lead: "Your records are locked with keys that only you have. They are made on this device and never leave it open.",
    homesTitle: "Who keeps your locked records?",
    homesHelp: "At least two. They keep them locked and cannot read them.",
    make: "Make a passkey and my keys",
    making: "Making your keys. This takes a few seconds.",
    wrong: "This is not the last group. Look again at your paper.",
  },
  home: {
    hello: (part: "morning" | "afternoon" | "evening", name: string | null) =>
      `Good ${part}${name === null ? "" : `, ${name}`}`,
    readers: (readers: number) =>
      readers === 0
        ? "Nobody can read your records. Nothing is shared without you."
        : `${count(readers, "person or organisation", "people or organisations")} can read parts of your records. Nothing is shared without you.`,
    newest: "Newest",
    allRecords: "All records",
    looked: "Who looked",
    allLooks: (looks: number) =>
      looks === 1 ? "The whole entry" : `All ${count(looks, "entry", "entries")}`,
    sharedWith: "Shared with",
    noShares: "With nobody.",
    share: "Share with someone",
    noRecords: "There are no records yet.",
    noRecordsHelp:
      "They come by themselves once a hospital or laboratory writes about you. Tell them at the reception desk that you are here.",
  },
  records: {
    title: "Your records",
    count: (entries: number) => count(entries, "entry", "entries"),
    search: "Find in your records",
    area: "Show",
    all: "Everything",
    nothing: "Nothing fits this. Try other words, or show everything.",
    values: (values: number) => count(values, "value", "values"),
    value: "Value",
    now: "Now",
    usual: "Usual",
    download: "Save all as a file",
    proof: "Show the proof",
    amended: "Corrected since",
    preliminary: "Not final",
    earlier: (versions: number) =>
      versions === 1
        ? "It was corrected once. Both versions are kept, and the newest is shown."
        : `It was corrected ${versions} times. All versions are kept, and the newest is shown.`,
    save: (label: string) => `Save the file (${label})`,
    elsewhere: (label: string) => `The file (${label}) is not in the record itself.`,
    details: "More",
    of: (title: string) => `of ${title}`,
    trends: "Over time",
  },
  print: {
    print: "Print",
    one: (title: string) => `Print: ${title}`,
    records: "Health records",
    chart: "Chart, as far as it is shared",
    born: (date: string) => `born ${date}`,
    printed: (when: string, address: string) => `Printed on ${when}, from ${address}.`,
    by: (name: string) => `By ${name}.`,
    some: (shown: number, of: number) => `${shown} of ${count(of, "entry", "entries")}.`,
    onlyWords: (words: string) => `Those with “${words}”.`,
    onlyArea: (area: string) => `Those of the kind “${area}”.`,
    incomplete:
      "Not everything could be opened when this was printed: something may be missing on this paper.",
    byPatient: "Written by the patient",
    thePatient: "the patient",
    files: (labels: string) => `Files: ${labels}.`,
    signed: (who: string, day: string) => `Signed by ${who} on ${day}.`,
  },
  onTheirWay: {
    title: (records: number) =>
      `${count(records, "record is on its", "records are on their")} way to the ledger.`,
    soon: "It was written a moment ago, is kept safely, and appears here by itself.",
    later: "That takes longer than usual. It is kept safely, and opens once the ledger has it.",
    look: "Look now",
  },
  gaps: {
    title: "Something is missing here",
    rest: "The rest of this page is complete.",
    silent: (names: readonly string[]) =>
      names.length === 0
        ? "One of the computers that keep these records does not answer."
        : `${names.join(", ")} does not answer.`,
    custodians: "Too few organisations answered to open it.",
    refused: (records: number) => `${count(records, "record", "records")} did not open.`,
  },
  sharing: {
    title: "Sharing",
    lead: "You can stop each of these at any time, at one press and at once. What was read by then has been read.",
    live: "Now",
    unfinished: "Not finished",
    unfinishedHelp: "Signed, and not yet with the one you chose. It goes on by itself at your next visit.",
    stopping: "Being stopped",
    stoppingHelp:
      "Being stopped. Until that is done, something may still open. It goes on at your next visit; to try it now, stop it again.",
    stopWho: (name: string) => `Stop sharing with ${name}`,
    again: (name: string) => `Share with ${name} again`,
    stoppedTitle: (name: string) => `Stopped. ${name} can open nothing any more`,
    stoppedOne: (name: string) => `This share with ${name} is stopped; another one stands below`,
    stoppedBy: (names: string) => `${names} have signed that they refuse from now on.`,
    stoppedAt: (time: string) => `In force since ${time}.`,
    silent: (names: string) => `${names} did not answer and will hear of it from the others.`,
    /** What is left to do once nothing opens any more. */
    rest: {
      "under-way":
        "The rest goes on by itself: everybody else is told, and what is added from now on gets new keys.",
      wallet: "The new keys wait for your wallet: the first page asks it when you say so.",
      later:
        "New keys for what is added from now on are still to be made. That goes on by itself at your next visit.",
    },
    none: "You share with nobody.",
  },
  share: {
    who: "With whom?",
    search: "Name of a doctor or organisation",
    nobody: "Nobody in the directory has this name.",
    doctor: "Doctor",
    organisation: "Organisation",
    choose: (name: string) => `Share with ${name}`,
    what: (name: string) => `What may ${name} read?`,
    sensitive: "Sensitive areas",
    sensitiveHelp: "Closed unless you open them. Nobody can see whether there is anything inside.",
    when: "Which years?",
    how: "Until when?",
    why: "What for?",
    from: { all: "All there is", year: "The last 12 months", five: "The last 5 years" },
    until: { visit: "For one day", half: "For six months", year: "For one year" },
    purpose: {
      TREAT: "For my treatment",
      PATRQT: "Because I ask for it, for example a second opinion",
      HRESCH: "For research",
      HPAYMT: "To settle what my care costs",
    },
    permits: "What your signature permits",
    soFar: "What you have chosen so far",
    toSign: "Go on to sign",
    wordForWord: "Word for word",
    wordForWordHelp: "This is what is signed, one sentence for each part of your record. Times are in UTC.",
    sign: "Sign and share",
    signing: "Signing and handing over",
    afterwards:
      "You can stop this at any time. What was read by then has been read. You see each time somebody looks.",
    asBeforeFrom: (day: string) => `As before: since ${day}`,
    asBeforeUntil: (day: string) => `As before: until ${day}`,
    chooseSomething: "Choose at least one kind of record.",
    preview: (name: string) => `What ${name} will see today`,
    previewShow: (name: string) => `Look at it as ${name} will`,
    previewHide: "Close the preview",
    previewTitle: (name: string) => `Preview: what ${name} will see`,
    previewHelp: "Nobody sees this but you. Nothing is shared before you sign.",
    previewAdded: (until: string) =>
      `And what is added until ${until}, if it is of the kinds, areas and years that you chose.`,
    previewMissing: "Some of your records could not be opened just now. There may be more than is shown.",
    previewCount: (records: number) => (records === 0 ? "Nothing yet." : count(records, "record", "records")),
  },
  areas: {
    laboratory: "Laboratory results and measurements",
    medicines: "Medicines and allergies",
    visits: "Visits, diagnoses and vaccines",
    documents: "Documents and images",
    own: "What I add myself",
    everything: "All there is",
  },
  kinds: {
    general: "General",
    "mental-health": "Mental health",
    "substance-use": "Alcohol and drugs",
    "sexual-reproductive": "Sexual health",
    genetic: "Genetics",
    violence: "Violence",
    personal: "What I marked as private",
    emergency: "Emergency data",
  },
  entryAreas: {
    laboratory: "Laboratory",
    medicines: "Medicines",
    allergies: "Allergies",
    visits: "Visits",
    documents: "Documents",
    vaccines: "Vaccines",
    measurements: "Measurements",
    own: "My own",
  },
  looked: {
    title: "Who looked",
    lead: "Every opening of your records, from the logs of all organisations that keep the second lock.",
    none: "Nobody has looked yet.",
    you: "You",
    proven: "Proof checked",
    provenHelp:
      "Checked in this browser: every entry stands in a log that its keeper signed and the others have seen, and each says that there are no more.",
    notProven: "Not everything could be checked",
    opened: (records: number) => `Opened ${count(records, "record", "records")}`,
    refused: "Was refused",
    refusedWho: (name: string) => `Refused: ${name}`,
    own: "Your own device",
    purposes: {
      TREAT: "for your treatment",
      ETREAT: "in an emergency",
      HPAYMT: "for payment",
      HRESCH: "for research",
      HOPERAT: "for its own administration",
      PUBHLTH: "for public health",
      PATRQT: "at your request",
    },
    show: { others: "Others", all: "All, my own too" },
    filter: "Show",
    exact: "Show the proof",
    logs: (name: string, entries: number, size: number, witnesses: number) =>
      `${name}: ${count(entries, "entry", "entries")} about you, log of ${size}, head cosigned by ${witnesses}`,
    findings: {
      "log-unavailable": "does not answer; the others are complete",
      "unconfirmed-entries": "an entry is not confirmed by enough logs yet",
      other: "something does not fit: ask your hospital, and keep this page",
    },
  },
  chart,
  doctor: {
    title: "Patients who share with you",
    none: "No patient shares anything with you yet.",
    noneHelp: "Patients find you in the directory under your name and choose what you may read.",
    search: "Find a patient",
    unnamed: "A patient who does not share their name",
    patient: "the patient",
    about: ({
      age,
      gender,
      born,
    }: {
      readonly age: number | null;
      readonly gender: string | null;
      readonly born: string | null;
    }) => {
      const parts = [
        age === null ? null : `${count(age, "year", "years")} old`,
        gender === "unknown" ? null : gender,
        born === null ? null : `born ${born}`,
      ];
      return parts.filter((part) => part !== null).join(", ");
    },
    recorded: "Each opening is recorded and shown to the patient.",
    medicines: "Medicines",
    allergies: "Allergies",
    problems: "Problems",
    happened: "What happened",
    all: (lines: number) => `Show all ${lines}`,
    earlier: (entries: number) => `${entries} earlier`,
    stopped: "The patient has stopped sharing. What was on this page was removed.",
  },
  organisation,
  adders,
  lists,
  looks,
  receipt,
  requests,
  wallets,
  organisationLogin,
  desk: deskEn,
  errors,
} as const;
