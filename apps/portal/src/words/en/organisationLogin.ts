/** What the pages say about the login that an organisation gives its staff. */
export const organisationLogin = {
  title: "My sign-in",
  lead: "Ways in to your keys on this portal.",
  signIn: (organisation: string) => `Sign in with ${organisation}`,
  signInHelp: "For staff: the login that you have from your organisation.",
  asking: "Asking your organisation",
  passkeys: "Passkeys",
  passkeyCount: (count: number) =>
    count === 1 ? "1 passkey opens your keys." : `${count} passkeys open your keys.`,
  noPasskeys: "No passkey yet: you came in another way.",
  login: (organisation: string) => `Login of ${organisation}`,
  linked: (day: string) => `Linked on ${day}`,
  notLinked: "Not linked. Link it once, and it signs you in on this portal.",
  link: "Link this login",
  linkHelp:
    "You go to your organisation's login and come back. This browser then opens your keys whenever you sign in with it, also after signing out. In another browser your passkey is needed once.",
  shared:
    "At a computer that others use too, sign out when you go: that also leads you to your organisation's sign-out.",
  unlink: "Unlink",
  unlinkHelp: "All your other sessions end. Your passkey stays.",
  confirmUnlink: "Unlink this login?",
  keep: "Keep it",
  waitingHint: "You can link your organisation's login meanwhile.",
  unknownTitle: "This login signs in to nothing here yet",
  unknown:
    "Sign in with your passkey, open My sign-in and link it. If you are new on the staff, make your keys first.",
  refusedTitle: "Your organisation did not let you in",
  refused:
    "Its login said no: the account may be suspended or may not be for this portal. Ask the people who run it.",
  failedTitle: "That sign-in did not work",
  nothing: "Nothing came back from your organisation's login. Begin at the sign-in page.",
  needsKeysTitle: "This browser does not have your keys yet",
  needsKeys: "Use your passkey once. After that, your organisation's login is enough in this browser.",
  usePasskey: "Use my passkey",
};
