/** What the pages say of single looks, and of those that need the patient's own. */
export const looks = {
  machine: "Record system, no person",
  /** Requests of a machine on one day. */
  times: (requests: number) => (requests === 1 ? "once that day" : `${requests} times that day`),
  what: (kinds: string) => `Asked for: ${kinds}`,
  more: "and others",
  permitted: (date: string) => `Permitted by what you signed on ${date}`,
  /** One visit under several consents, each with its own words. */
  clauses: "What you signed, word for word",
  ended: (date: string) => `until ${date}`,
  emergency: "Opened in an emergency, without a share of yours",
  noClause: "The share that was shown is not among yours.",
  exact: "Show the proof",
  request: (request: string, logs: string) => `Request ${request}, in the logs of ${logs}`,
  notProven: "Not checked",
  /** Why something was refused, by the code of the rule. */
  why: {
    revoked: "you had stopped sharing",
    expired: "the share had ended",
    "not-yet-valid": "the share had not begun",
    "no-consent": "you have not shared this",
    "not-grantee": "it was shared with somebody else",
    "rotated-key": "it was shared with other keys of theirs",
    "resource-type": "you have not shared this kind of record",
    "data-period": "you have not shared these years",
    purpose: "you have not shared it for this reason",
    action: "you have not shared it for this",
    denied: "you had excluded it",
    "unknown-requester": "the directory does not know who asked",
    "member-suspended": "the organisation is suspended",
    "not-owner": "the share was signed with keys that no longer count",
    "beyond-limits": "it was passed on further than you allowed",
    "not-resharer": "it was passed on without your leave",
    "not-emergency": "it is not part of your emergency data",
    "not-declared": "no doctor had declared the emergency",
    "not-cosigned": "nobody else had confirmed the emergency",
    erased: "the record was erased",
    retracted: "the record was taken back",
    "ledger-stale": "the keepers were behind; it says nothing about who asked",
    other: "a rule did not permit it",
  },
  notices: {
    title: "Needs your look",
    count: (notices: number) => `${notices} ${notices === 1 ? "look needs" : "looks need"} your look`,
    /** Each says what is out of the ordinary; who it is stands above. */
    rules: {
      emergency: "Opened your records in an emergency.",
      refused: "Tried to open records and was refused.",
      "unknown-consent": "Opened records under a share that is not among yours.",
      "other-organisation": "Belongs to another organisation than the one you shared with.",
      "first-organisation": "The first time that anybody of this organisation looked.",
      "first-person": "The first time that this person, or this device, looked.",
      "many-records": "Opened many more records at once than ever before.",
      "unusual-hour": "Came at an hour at which they never came before.",
      "before-end": "Came just before the share ends, after nobody had looked for a week.",
    },
    tried: (times: number) => `${times} times`,
    see: "See it",
    seeWho: (name: string) => `See it: what ${name} did`,
    stop: "Stop sharing",
    stopWho: (name: string) => `Stop sharing with ${name} now`,
    ask: "Ask why",
    askWho: (name: string) => `Ask why ${name} looked`,
    know: "I know",
    knowWho: (name: string) => `I know that ${name} looked`,
    stopped: (name: string) => `${name} can open nothing any more.`,
    letterHelp: "Give or send this to the organisation: it has to tell you who looked and why.",
    letter: (parts: {
      readonly organisation: string;
      readonly name: string;
      readonly when: string;
      readonly did: string;
      readonly request: string;
    }) =>
      `To ${parts.organisation}\n\nOn ${parts.when}, ${parts.name} ${parts.did}. ` +
      `Please tell me who this was, why it was done, and what became of what was read.\n\n` +
      `Your audit log has it under the request ${parts.request}.`,
    opened: (records: number) => `opened ${records} ${records === 1 ? "record" : "records"} of mine`,
    wasRefused: "tried to open records of mine and was refused",
    save: "Save it as a file",
    file: "question.txt",
    one: "You came here from the home page to see this one.",
    all: "Show all",
  },
} as const;
