/** What the pages say about corrections that a patient asks an organisation for. */
export const corrections = {
  /** To the patient. */
  title: "What your hospitals have",
  lead: "Each hospital keeps its own page about you. You can ask those that have other details to correct theirs. They decide, and you see here what they say.",
  saveFirst: "Write down your details above and save them first. Then you can ask for corrections.",
  same: "has the same details as you.",
  differs: "has other details:",
  field: (name: string, theirs: string, yours: string) =>
    theirs === ""
      ? `${name}: nothing there, you wrote “${yours}”`
      : `${name}: “${theirs}” there, you wrote “${yours}”`,
  message: "What do you want to tell them?",
  messageHelp: "At most 500 characters. Only people of the hospital that you ask can read it.",
  usual: "These details are not right. Please take over those that I wrote.",
  ask: "Ask the organisations that have other details to correct theirs",
  permits:
    "Your signature lets people of these organisations open their own page about you, and read what you wrote there. It lets nobody read anything else.",
  asked: (names: string) => `You asked ${names}.`,
  notReached: (names: string) =>
    `${names} could not be reached now. It is brought there when you come back to this page.`,
  notAsked: (name: string) => `${name} could not be asked now.`,
  nobody: (name: string) => `${name} has registered nobody who could read it. Ask there in person.`,
  state: {
    waiting: "Asked",
    corrected: "Corrected",
    declined: "Declined",
    withdrawn: "Taken back",
    expired: "No answer",
  },
  when: {
    waiting: (time: string, until: string) => `You asked on ${time}. It waits until ${until}.`,
    expired: (time: string) => `You asked on ${time}, and nobody answered in time. You can ask again.`,
    withdrawn: (time: string) => `You asked on ${time} and took it back.`,
    answered: (time: string) => `Answered on ${time}.`,
    answeredBy: (person: string, time: string) => `Answered by ${person} on ${time}.`,
  },
  because: (message: string) => `Why: ${message}`,
  withdraw: "Take it back",
  withdrawWhat: (name: string) => `Take it back: what you asked of ${name}`,
  silent: (names: string) => `${names} did not say: there may be answers that you do not see now.`,
  unchecked: "An answer was left out: nobody of that organisation has this signature.",
  failed: "Whom you asked could not be looked up.",
  /** To the organisation's people. */
  wanted: "Corrections asked for",
  wantedLead: (name: string) =>
    `Patients ask ${name} to correct what it wrote. The patient sent the key of this one record, so it opens without further permission.`,
  wantedNone: "Nobody asks for a correction.",
  whose: "A patient",
  since: (time: string) => `asked on ${time}`,
  says: (message: string) => `“${message}”`,
  sealed:
    "It is sealed to colleagues who were registered before you. They can answer it, or the patient asks again.",
  before: "Now",
  after: "Then",
  nothingThere: "nothing",
  otherRecord: (record: string) =>
    `Nothing is proposed that could be taken over. Correct the record where it was written, then say so here. Its full name, for your own system: ${record}`,
  onlyDoctors: "A practitioner of your organisation can take it over, since every record is signed by one.",
  why: (message: string) => `The patient asked for it: ${message}`,
  accept: "Correct it so",
  acceptWhat: (name: string) => `Correct it so: the details of ${name}`,
  already: "It is corrected already",
  alreadyWhat: (name: string) => `It is corrected already: the record of ${name}`,
  decline: "Decline",
  declineWhat: (name: string) => `Decline the correction for ${name}`,
  reason: "Why do you decline it?",
  reasonHelp: "At most 500 characters. It is sealed to the patient.",
  send: "Decline and sign that",
  keep: "Do not decline",
  done: {
    corrected: (name: string) =>
      `Corrected for ${name}. The new version is signed by you and stored; the patient sees both.`,
    already: (name: string) => `You told ${name} that it is corrected.`,
    declined: (name: string) => `Declined. ${name} reads why.`,
  },
} as const;
