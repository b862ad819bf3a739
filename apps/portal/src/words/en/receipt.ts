/** The receipt of a share that was stopped, and who may add. */
export const receipt = {
  title: (name: string) => `Receipt: sharing with ${name} was stopped`,
  pageTitle: "Receipt",
  link: "See the receipt",
  linkWho: (name: string) => `See the receipt for ${name}`,
  making: "Asking everybody who has a part in it. This takes a few seconds.",
  gone: "There is no stopped share under this address.",
  inForce: (time: string) => `In force since ${time}: from then on nothing opens any more.`,
  notNow: "Too few organisations answered just now to prove it again. It stays stopped.",
  made: (time: string) => `Made on ${time}, from what each of them signed.`,
  nodes: "Organisation by organisation",
  stored: (time: string) => `Signed that it refuses, since ${time}.`,
  silent: "Did not answer just now. It hears of it from the others.",
  noLock: "Keeps no second lock, so there is nothing that it could open by itself.",
  destroyed: (copies: number, time: string) =>
    `Destroyed ${copies} ${copies === 1 ? "copy" : "copies"} that had been kept there, the last on ${time}.`,
  nothing: "Had no copies, or has not destroyed them yet.",
  unheard: "Did not say what it destroyed.",
  ownWord: "What an organisation destroyed is its own word. The rest is proven by signatures.",
  read: "What had been read before",
  readNothing: "Nothing was read under this share.",
  readLine: (records: number, reason: string) =>
    `${records} ${records === 1 ? "record" : "records"}, ${reason}.`,
  honest:
    "What was read was read. Nobody can make a person forget it, or prove that no copy was made outside of these organisations' systems.",
  key: "The key that was handed over opens nothing without the keepers. What is added from now on is under another key.",
  incomplete: "Not every log could be read or checked: more may have been read than stands here.",
  clauses: "What you had signed, word for word",
  save: "Save with all signatures",
  saveHelp:
    "Anybody can check the file. It says what you shared and who read it: give it only to whom you trust.",
  file: "receipt.json",
  print: "Print",
} as const;

export const adders = {
  now: "May add now",
  nobody: "Nobody may add to your records now.",
  until: (date: string) => `until ${date}. It ends by itself, and cannot be taken back before then.`,
  silent: (names: string) => `${names} did not answer: there may be more.`,
} as const;
