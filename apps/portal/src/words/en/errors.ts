const list = new Intl.ListFormat("en", { type: "conjunction" });

/** What a page says of one kind of failure. @param missing names of organisations that did not answer, where the failure has them. */
export type SaidError = string | ((missing: readonly string[]) => string);

/** One sentence for several codes. */
type Group = readonly [codes: readonly string[], said: SaidError];

function sayNothing(names: readonly string[], rest: string): string {
  if (names.length === 0) return `Too few organisations answer. ${rest}`;
  return `${list.format(names)} ${names.length === 1 ? "does" : "do"} not answer. ${rest}`;
}

/** For everybody: no word of the machinery. */
const FOR_ALL: readonly Group[] = [
  // The page and the sign-in
  [["locked", "not-signed-in"], "You were signed out. Sign in again to go on."],
  [
    ["worker-failed"],
    "The part of this page that opens records has stopped. Load the page again; nothing that was saved is lost.",
  ],
  [
    ["internal", "defect", "no-signer", "bad-wrapper", "bad-typed-data", "unknown-revoker"],
    "Something went wrong inside the program. Load the page again; if it happens again, tell the people who run this portal.",
  ],
  [["wrong-role", "no-organisation"], "This page is for somebody else. Sign in as the one for whom it is."],
  [
    ["keys-unfinished", "rotation-begun", "rotation-unfinished"],
    "Something that you began with your printed kit is finished first. Load this page again: it goes on from there.",
  ],
  [["rotation-waiting"], "The change is on its way and counts in a moment. Try again then."],
  [["owner-rotated"], "This was changed from another device meanwhile. Sign in again to go on."],
  [
    ["vault-conflict"],
    "Something of yours was changed in another window or on another device at the same time. Try again.",
  ],
  [
    ["vault-closed", "no-wrapper"],
    "This passkey signs you in, and was never set up to open your records here. Use the one with which you began, or your printed kit.",
  ],
  [["passkey-cancelled"], "Nothing came from your passkey. Try again when you are ready."],
  [["no-prf"], "This passkey cannot open your records. Use another device or browser, or your printed kit."],
  [
    ["sign-in-failed"],
    "The sign-in did not succeed. Begin again; if it fails again, use another passkey or device, or your printed kit.",
  ],
  [["sign-in-again"], "For this the sign-in has to be fresh. Sign in again, then do it within five minutes."],
  [["not-offered"], "This portal does not let people in this way. Choose another one."],
  [
    ["too-many-passkeys"],
    "This account has as many passkeys as it can. Remove one that you do not use any more.",
  ],
  [["last-passkey"], "This is the last passkey of the account. Add another one first, then remove this one."],
  [
    ["another-account"],
    "This passkey is of another person's account. Sign out, sign in with your own, and begin again.",
  ],
  [["rate-limited"], "There were many attempts in a short time. Wait a minute, then try again."],
  [
    [
      "busy",
      "node-starting",
      "node-away",
      "custody-not-ready",
      "sessions-unavailable",
      "witness-not-ready",
      "database-unavailable",
    ],
    "The portal has much to do just now, or is starting. Try again in a moment.",
  ],
  [
    ["node-unreachable", "body-too-slow"],
    "No answer came. See whether you are online, then try again in a moment.",
  ],
  [
    ["bad-answer", "bad-json", "not-json"],
    "The answer that came did not make sense to this page. Load the page again: it may be older than the portal.",
  ],
  [
    ["stale-http-signature", "stale-request"],
    "The clock of this device and those of the organisations differ. Let the device set its date and time by itself, then try again.",
  ],
  [
    ["replayed-http-signature", "replayed-request"],
    "This came twice. Load the page again and see whether it was done.",
  ],
  [
    ["not-authorised", "cross-site", "bad-http-signature", "bad-request-signature"],
    "You may not do this here. If you think that you may, ask the people who run this portal.",
  ],
  [["not-found"], "What was asked for is not there any more. Load the page again."],
  [
    ["store-failed"],
    "This browser does not let the page keep anything. Allow it for this address; private windows often do not.",
  ],
  [
    [
      "storage-full",
      "storage-failed",
      "storage-read-only",
      "database-failed",
      "database-locked",
      "database-not-durable",
      "log-failed",
      "log-closed",
      "log-rolled-back",
    ],
    "The portal cannot keep anything just now. Nothing was changed. Tell the people who run it, and try again later.",
  ],

  // Codes and kits
  [
    ["claim-used"],
    "A code is used once, and this one was. If that was you, sign in with your passkey or use your printed kit. If not, tell the reception desk at once.",
  ],
  [
    ["claim-not-found"],
    "This code opens nothing here. It is good for a day, at the hospital that gave it: ask at the reception desk for a new one.",
  ],
  [["claim-not-begun"], "Open the link of the code again, or type the code."],
  [
    ["bad-hand-over", "not-provisional"],
    "What the reception desk keeps for you is not complete. Ask there for a new code.",
  ],
  [
    ["bad-hand-over-code"],
    "A code from the desk is AH1 and eight groups of four characters. Scan it again, or compare each group.",
  ],
  [
    ["bad-registration-code"],
    "A registration code is AR1 and eight groups of four characters. Open the link again, or compare each group.",
  ],
  [
    ["bad-contact-code"],
    "A contact code is AC1 and fourteen groups of four characters. Scan it again, or compare each group.",
  ],
  [
    ["bad-device-code"],
    "The code of another device is AD1 and eight groups of four characters. Scan it again, or compare each group.",
  ],
  [
    ["bad-recovery-kit"],
    "A kit is AK1 and fourteen groups of four characters, and at least one character differs. Compare each group with your paper.",
  ],
  [
    ["kit-replaced"],
    "Take the kit that was printed last: this one was replaced. If there is no later one, somebody else has taken your records over: tell your hospital at once.",
  ],
  [["another-kit"], "This is not the kit of these records. Take the paper that was printed last."],
  [["nothing-found", "wrong-group"], "That does not fit. Look again at your paper, and type it once more."],
  [
    ["nothing-to-recover"],
    "This kit leads to nothing here. See that it is one of these organisations, and try again in a moment: some may not answer.",
  ],
  [["no-kit"], "This kit is on paper already, and is never shown again."],
  [["no-device"], "The other device has not come with the code yet. Open the link there first."],
  [["not-let-in"], "The other device has not let this one in. Begin again there."],
  [
    ["device-not-ours"],
    "The two devices did not find each other. Begin again on the one that is signed in. If it happens again, tell the people who run this portal.",
  ],

  // Sharing
  [
    ["revocation-not-in-force"],
    (missing) =>
      sayNothing(
        missing,
        "So it is not certain yet that nothing opens any more. Try again in a moment: whoever has heard of it keeps it, and refuses from now on.",
      ),
  ],
  [
    ["too-few-custodians"],
    (missing) => sayNothing(missing, "More of them are needed for this. Try again in a moment."),
  ],
  [
    ["homes-unreachable", "homes-silent"],
    "The organisations that keep these records do not answer. Try again in a moment.",
  ],
  [
    ["cards-not-published"],
    (missing) => sayNothing(missing, "So this is not finished. Try again in a moment; what is done stays."),
  ],
  [
    ["grant-not-delivered", "grants-full"],
    "Your share is signed and kept, and could not be handed over yet. It goes on by itself at your next visit.",
  ],
  [["consent-not-registered"], "Your share could not be entered yet. Try again in a moment."],
  [
    ["unknown-grantee"],
    "This person or organisation is not in the directory as it was shown. Look for them again.",
  ],
  [
    ["unknown-consent", "not-revoked", "consent-mismatch"],
    "This share is not known here as it was shown. Load the page again.",
  ],
  [
    ["directory-mismatch", "ledger-unsettled", "ledger-unavailable", "ledger-stale"],
    "The list of those who take part is being brought up to date. Try again in a minute.",
  ],
  [
    ["key-card-not-found"],
    "The organisation that says who this person is does not answer. Try again in a moment.",
  ],
  [["no-certificate"], "The organisations that keep the second lock do not answer. Try again in a moment."],
  [
    ["no-committee"],
    "The organisations have not made their common lock yet. Until then nothing can be kept or opened.",
  ],
  [
    ["grant-mismatch", "broken-chain", "newer-epoch"],
    "This share does not open these records any more. Ask for it anew.",
  ],

  // Opening records
  [
    ["not-opened", "not-anchored", "anchor-missing"],
    "It did not open. What was written a moment ago opens in a minute; otherwise it may have been taken back, or is not shared any more.",
  ],
  [["erased", "record-erased"], "It was erased and opens for nobody any more."],
  [["blob-not-found"], "No organisation that answers has this file. Try again later."],
  [
    [
      "aead-open",
      "attributes-mismatch",
      "bad-content",
      "bad-header",
      "bad-card",
      "bad-statement",
      "bad-record",
      "bad-permit",
      "blob-corrupt",
      "blob-mismatch",
      "endorsement-mismatch",
      "record-not-verified",
      "stream-open",
      "wrong-segment",
      "unknown-segment",
    ],
    "What came is not what its author signed, so it is not used. Try again; if it stays so, tell the people who run this portal.",
  ],
  [
    [
      "bad-acknowledgement",
      "bad-certificate",
      "bad-checkpoint",
      "bad-checkpoint-signature",
      "bad-consistency",
      "bad-cosignature",
      "bad-evidence",
      "bad-inclusion",
      "bad-proof",
      "bad-revocation",
      "bad-signature",
      "bad-tile",
      "bad-verifier-key",
      "conflicting-heads",
      "log-forked",
      "logs-disagree",
      "receipt-mismatch",
      "too-few-cosignatures",
      "tree-range",
      "unknown-log",
      "witness-conflict",
    ],
    "A proof did not fit, so nothing was done with it. Keep this page, and tell the people who run this portal.",
  ],
  [
    [
      "bad-cid",
      "bad-field",
      "bad-hex",
      "bad-id",
      "bad-length",
      "bad-padding",
      "bad-participants",
      "bad-point",
      "bad-request",
      "bad-scalar",
      "bad-share-set",
      "bad-threshold",
      "bad-time",
      "journal-corrupt",
      "not-canonical",
      "not-encodable",
      "range-not-satisfiable",
      "unexpected-kind",
      "unknown-suite",
      "unknown-version",
    ],
    "What came could not be read. It is damaged, or this page is older than the portal: load it again.",
  ],

  // Requests and corrections
  [
    ["request-closed", "answer-begun"],
    "This request was answered before, or taken back. Load the page again and look at it there.",
  ],
  [
    ["request-not-found"],
    "This request is not there. It may have been taken back; look at the list again in a moment.",
  ],
  [
    ["request-not-delivered", "answer-not-delivered", "requests-full"],
    "It could not be handed over: the organisations that keep the records do not answer, or too much waits there. Try again later; what you signed is kept.",
  ],
  [
    ["segment-not-found"],
    "This contact code leads to nobody. Compare it with what the patient shows, and try again in a moment.",
  ],
  [["unknown-share"], "Only who shared before can be asked like this. Ask the patient for the contact code."],
  [
    ["correction-closed", "correction-not-found"],
    "What was asked is answered, or was taken back. Load the page again and look at it there.",
  ],
  [
    ["correction-not-delivered", "corrections-full"],
    "It could not be handed over: the organisation that wrote this does not answer, or too much waits there. Try again later.",
  ],
  [
    ["correction-waits"],
    "A correction of this waits already. Wait for the answer, or take that one back first.",
  ],
  [["own-record"], "You wrote this yourself, and can correct it yourself."],
  [["nobody-to-ask"], "Nobody of this organisation can be asked here. Ask the organisation in person."],
  [["bad-correction"], "What was asked does not fit the record. Have it asked anew."],

  // Writing and own records
  [["bad-writing"], "Something in the form is missing, or does not fit. Look at each field again."],
  [["content-too-large", "too-large"], "It is too large. Take a smaller file, or only a part of it."],
  [
    ["chain-conflict", "card-conflict", "too-many-cards"],
    "Something else was written at the same moment. Try again.",
  ],
  [["bad-homes", "unknown-home"], "Choose at least two organisations of the list, each once."],

  // Wallets
  [["wallet-busy"], "The wallet has a question open already. Open the wallet, answer it, and try again."],
  [
    ["wallet-disconnected"],
    "The wallet has no connection. Choose another network in the wallet; any will do for signing in.",
  ],
  [
    ["wallet-failed"],
    "The wallet did not answer as wallets do. See that it is up to date and unlocked, and try again.",
  ],
  [
    ["wallet-locked"],
    "The wallet is locked, or does not let this page ask. Unlock it, allow this address in it, and try again.",
  ],
  [
    ["wallet-needed"],
    "A wallet signs for this part of your records. Do this in the browser that has the wallet, or let the device sign again with your printed kit.",
  ],
  [
    ["wallet-network"],
    "This wallet signs only for networks that it knows, and does not know the one of these organisations. Use another wallet, or add that network in its settings.",
  ],
  [
    ["wallet-not-owner"],
    "Another account signs for your records. Choose that one in the wallet; an account that is a contract signs in, and does not sign for records.",
  ],
  [
    ["wallet-owns"],
    "A wallet signs for this part of your records, and cannot sign each entry. Let the device sign again first, with your printed kit.",
  ],
  [
    ["wallet-owns-already"],
    "Another wallet signs for the general part already. Let this device sign again first.",
  ],
  [
    ["wallet-refused"],
    "Nothing was signed: the wallet's question was turned down. Try again, and confirm in the wallet.",
  ],
  [
    ["wallet-taken"],
    "This wallet signs in to another account. Take it away there first, or use another one.",
  ],
  [
    ["wallet-was-owner"],
    "An account owns a part of the record once: what it signed before would count again. Choose another account in the wallet.",
  ],
  [
    ["too-many-wallets"],
    "This account has as many wallets as it can. Take away one that you do not use any more.",
  ],
  [
    ["contract-accounts-unsupported"],
    "An account that is a contract cannot sign in here. Choose another account in the wallet.",
  ],
];

/** For staff, who know the words of their work. */
const FOR_STAFF: readonly Group[] = [
  [["login-refused"], "Your organisation did not let you in. Ask the people who run its logins."],
  [
    ["login-unknown"],
    "This login signs in to nothing here yet. Sign in with your passkey, open My sign-in and link it.",
  ],
  [["login-taken"], "This login signs in to another account. Unlink it there first, or use another one."],
  [["login-linked"], "Another login is linked to this account. Unlink it first, then link this one."],
  [
    ["nothing-came", "provider-unavailable"],
    "Your organisation's login does not answer as it has to. Sign in with your passkey, and try again later.",
  ],
  [
    ["bad-admission", "not-permitted"],
    "The patient does not let your organisation write here, or not any more. Ask the patient to let it add to their records, and to share this area with you.",
  ],
  [
    ["other-area"],
    "A correction stays in the area of what it corrects. Write it anew in the other one, and correct the old one to say where it is.",
  ],
  [["already-amended"], "This was corrected before. Look at what took its place, and correct that."],
  [
    ["nothing-proposed"],
    "Only personal details are taken over by a button. Correct the record in the chart, then say that it is corrected.",
  ],
  [
    ["sealed-to-others", "not-for-these-keys"],
    "This was sealed to those who were here when it was made. Have a colleague open it.",
  ],
  [["already-declined"], "Your organisation has declined this before. Load the page again."],
  [["already-endorsed"], "Your organisation has signed this. Ask the author to correct it, if it is wrong."],
  [["not-endorser"], "Your organisation is not asked to sign this."],
  [["bad-decline"], "Open the result again, then decline it anew."],
  [
    ["bad-approvals", "bad-erase-request"],
    "This record cannot be erased like this. See who may, with the command.",
  ],
  [
    ["bad-person"],
    "A person has at least a family name, and a date of birth that there was. Compare it with the papers.",
  ],
  [["patient-registered"], "This person is registered already. Look for them in the list."],
  [
    ["patient-claimed"],
    "This person holds their own keys. They sign in with their passkey, or use the printed kit.",
  ],
  [
    ["patient-bound"],
    "This patient's records go to another person already. Look at who it is before you go on.",
  ],
  [
    ["bad-registration", "bad-actor"],
    "Only doctors and staff of this organisation are registered by their code.",
  ],
  [
    ["wrong-card"],
    "Do not register this person: what came is another key card. Have them show the code again.",
  ],
  [["member-not-active"], "Only active members propose and vote."],
  [["member-exists"], "This organisation is or was a member. A suspended one is brought back by vote."],
  [["unknown-request"], "This request does not stand on the ledger as it was shown. Load the page again."],
  [["not-this-file"], "This is not the right file, or it was changed. Have the organisation send it again."],
  [
    ["bad-intent"],
    "This request was made for another consortium, or was changed. Have it made anew against this one's nodes.",
  ],
  [
    ["key-not-accepted"],
    "The new key has not signed that it becomes this member's. Have the member make the offer anew.",
  ],
  [["bad-payload"], "This proposal has a form that the ledger does not take."],
  [["no-vote-about-oneself"], "A member does not vote about its own suspension or removal."],
  [["proposal-closed"], "This was decided, or its time was over, before this came."],
  [["voted-otherwise"], "Your organisation has voted otherwise before. A vote is not changed."],
  [["undecided"], "The votes are not enough either way yet."],
  [
    ["committee-exists", "dkg-culprit"],
    "The custodians' common key could not be made. See what the command says.",
  ],
];

const byCode = (groups: readonly Group[]): Readonly<Record<string, SaidError>> =>
  Object.fromEntries(groups.flatMap(([codes, said]) => codes.map((code) => [code, said])));

/** What pages say of what failed, by the error's code. */
export const errors = {
  title: "That did not work",
  page: "This page did not open",
  home: "To the start",
  notFound: "There is nothing at this address.",
  forAll: byCode(FOR_ALL),
  forStaff: byCode(FOR_STAFF),
  /** Of a code that has no words. */
  other:
    "Something went wrong that this page has no words for. Try again; if it happens again, tell the people who run this portal what stands under “For support”.",
  notLoaded:
    "A part of this page could not be loaded. You may be offline, or the portal was renewed since you opened it.",
  broken: "Something in this page went wrong. Load it again; nothing that was saved is lost.",
  reload: "Load the page again",
  details: "For support",
  code: (code: string) => `Code: ${code}`,
} as const;
