/** What the pages say about results that several organisations have to sign. */
export const cosign = {
  title: "To sign",
  lead: (name: string) =>
    `Results that wait for the signature of ${name}. Each opens under the patient's consent, and the patient sees that you opened it.`,
  keys: "On a result: Ctrl and Enter signs, D declines, the arrow keys go to the next and the one before.",
  waiting: "Wait for you",
  nothing: "Nothing waits for your signature.",
  own: "Your organisation's, waiting for others",
  ownLead:
    "A declined result stays preliminary. Correct it, and the new version asks for all signatures anew.",
  ownNothing: "Nothing of your organisation's waits for others.",
  opening: "Opening what waits",
  notOpened:
    "It did not open for you: no patient shares it with you now. A colleague with whom the patient shares it can sign.",
  ownNotOpened: (record: string) =>
    `No patient shares it with you, so it is not shown here. Its full name, for your own system: ${record}`,
  adminOnly: "Only people with whom the patient shares a result can open and sign it.",
  record: (id: string) => `Record ${id}`,
  wroteIt: (author: string, when: string) => `${author}, sealed ${when}`,
  author: (author: string) => `Written by ${author}`,
  person: (person: string, organisation: string) => `${person}, ${organisation}`,
  waits: (time: string) => `waits for ${time}`,
  days: (days: number) => (days === 1 ? "1 day" : `${days} days`),
  hours: (hours: number) => (hours === 1 ? "1 hour" : `${hours} hours`),
  minutes: (minutes: number) => (minutes === 1 ? "1 minute" : `${minutes} minutes`),
  aMoment: "less than a minute",
  signedBy: (names: string) => `Signed by ${names}.`,
  nobodyYet: "Nobody has signed yet.",
  waitsFor: (names: string) => `Waits for ${names}.`,
  count: (signed: number, needed: number) => `${signed} of ${needed} signatures`,
  sign: "Sign",
  signWhat: (title: string) => `Sign ${title}`,
  signed: (name: string) => `Signed for ${name}. It is on its way to the ledger.`,
  signedThere: (name: string) => `Signed for ${name}: it stands on the ledger.`,
  finalNow: (names: string) => `Final, signed by ${names}.`,
  decline: "Decline",
  declineWhat: (title: string) => `Decline ${title}`,
  reason: "Why do you decline it?",
  reasonHelp:
    "At most 500 characters. It is sealed: its author reads it, and whoever may open the result, the patient too.",
  send: "Decline and sign that",
  keep: "Do not decline",
  declined: (names: string) => `Declined. Kept at ${names}.`,
  notTaken: (names: string) => `${names} did not take it now. Whoever asks your own node sees it.`,
  chart: "Open the chart",
  silent: (names: string) => `${names} did not answer who declined: there may be more.`,
  unchecked: (words: number) =>
    words === 1
      ? "One decline could not be checked: nobody in the directory has this signature now."
      : `${words} declines could not be checked: nobody in the directory has these signatures now.`,
  /** In place, wherever a result is shown. */
  tag: {
    final: "Final",
    preliminary: "Preliminary",
    declined: "Declined",
    contradicted: "Contradicted",
  },
  /** Behind its tag. */
  final: (names: string) => `signed by ${names}.`,
  preliminary: (signed: string | null, missing: string) =>
    signed === null ? `waits for ${missing}.` : `signed by ${signed}, waits for ${missing}.`,
  refused: (names: string) => `by ${names}. It stays preliminary.`,
  contradicted:
    "The ledger, as this node reads it, names others than the record itself. It counts as not signed.",
  unknown: (names: string) => `${names} have to sign it. Who has could not be looked up.`,
  saidNo: (who: string, when: string) => `by ${who} on ${when}`,
  because: (reason: string) => `Why: ${reason}`,
  sealed: "The reason is sealed to the author and to whoever opens the result.",
  checked: (name: string) =>
    `Checked in this browser: who has to sign it, and the signature of whoever declined it. Who has signed is the word of the node of ${name} on the ledger.`,
} as const;
