import { AnamnesisError } from "@anamnesis/core/errors";

/** Everybody who may ask a node something: without anything, with a key (request signatures), or with a session of the portal (cookie). */
export const ASKERS = [
  "nobody",
  /** Has a key that nobody knows. */
  "stranger",
  "doctor",
  "desk",
  "device",
  /** Was staff of the organisation. */
  "suspended",
  "administrator",
  /** Staff of another member, administrator there. */
  "other administrator",
  "other doctor",
  "other node",
  /** Node and doctor of a member that the others have suspended. */
  "suspended node",
  "doctor of the suspended",
  "patient's session",
  "staff's session",
  /** A page of another site in the browser of the patient who is signed in. */
  "other page",
] as const;
export type Asker = (typeof ASKERS)[number];

const PEOPLE = ["doctor", "desk"] as const satisfies readonly Asker[];
const OWN = [...PEOPLE, "device"] as const satisfies readonly Asker[];
const MEMBERS = [
  ...OWN,
  "other administrator",
  "other doctor",
  "other node",
] as const satisfies readonly Asker[];
const KEYS = [
  ...MEMBERS,
  "stranger",
  "suspended",
  "suspended node",
  "doctor of the suspended",
  "administrator",
] as const satisfies readonly Asker[];
const SESSIONS = ["patient's session", "staff's session"] as const satisfies readonly Asker[];

interface Right {
  readonly askers: readonly Asker[];
  /** What the others get, by what they lack. */
  readonly others: (asker: Asker) => string;
}

/** Without a signature that holds nobody is looked at. */
const bySignature = (askers: readonly Asker[]): Right => ({
  askers,
  others: (asker) => (KEYS.some((key) => key === asker) ? "not-authorised" : "bad-http-signature"),
});

const RIGHTS = {
  everybody: { askers: ASKERS, others: () => "" },
  /** Of this node's own origin, signed in or not. */
  "own pages": {
    askers: ASKERS.filter((asker) => asker !== "other page"),
    others: () => "cross-site",
  },
  "who is signed in": {
    askers: SESSIONS,
    others: (asker) => (asker === "other page" ? "cross-site" : "not-signed-in"),
  },
  /** Public, or found by a name that is as long as a secret. */
  "anybody with a key": bySignature(KEYS),
  /** Whoever brings it: what is signed inside decides, and the question of this matrix proves nothing. */
  "who the question proves": bySignature(KEYS),
  "the consortium": bySignature(MEMBERS),
  nodes: bySignature(["other node"]),
  "people and devices": bySignature(OWN),
  "people, devices and administrators": bySignature([...OWN, "administrator"]),
  people: bySignature(PEOPLE),
  desk: bySignature(["desk"]),
  "the card's holder": bySignature(["doctor"]),
  administrators: bySignature(["administrator"]),
} as const satisfies Readonly<Record<string, Right>>;

/**
 * Every route of a node: who may ask, and what they get for the question of this matrix, by code or status. What the others get follows from
 * what they lack. A method of a path that stands not here is not found, whoever asks.
 */
export const ROUTE_RIGHTS: Readonly<Record<string, readonly [to: keyof typeof RIGHTS, answer: string]>> = {
  "POST /v1/admin/actors": ["administrators", "bad-actor"],
  "POST /v1/admin/registrations": ["administrators", "not-found"],
  "GET /v1/admin/node": ["administrators", "200"],
  "POST /v1/admin/committee": ["administrators", "committee-exists"],
  "POST /v1/admin/fhir/patients": ["administrators", "bad-admission"],
  "POST /v1/admin/fhir/patients/list": ["administrators", "200"],
  "GET /v1/admin/consortium": ["administrators", "200"],
  "POST /v1/admin/consortium/requests": ["administrators", "bad-intent"],
  "POST /v1/admin/consortium/proposals": ["administrators", "unknown-request"],
  "POST /v1/admin/consortium/counts": ["administrators", "not-found"],
  "POST /v1/admin/consortium/votes": ["administrators", "not-found"],

  "GET /v1/log/checkpoint": ["everybody", "200"],
  "GET /v1/log/tile/*": ["everybody", "not-found"],
  "POST /v1/witness/add-checkpoint": ["everybody", "bad-add-checkpoint"],
  "GET /v1/witness/logs/:organisation/checkpoint": ["everybody", "not-found"],

  "POST /v1/corrections": ["who the question proves", "bad-request"],
  "POST /v1/corrections/own": ["people", "200"],
  "POST /v1/access/corrections": ["who the question proves", "bad-request-signature"],
  "POST /v1/corrections/withdrawals": ["who the question proves", "not-found"],
  "POST /v1/corrections/answers": ["who the question proves", "bad-request-signature"],

  "POST /v1/custody/release": ["who the question proves", "not-authorised"],
  "POST /v1/custody/revoke": ["who the question proves", "bad-revocation"],
  "GET /v1/committee": ["everybody", "200"],
  "POST /v1/custody/dkg/start": ["nodes", "dkg-refused"],
  "POST /v1/custody/dkg/answer": ["nodes", "dkg-refused"],
  "POST /v1/custody/dkg/finish": ["nodes", "dkg-refused"],
  "POST /v1/custody/dkg/commit": ["nodes", "dkg-refused"],
  "POST /v1/custody/dkg/abort": ["nodes", "dkg-refused"],

  "POST /v1/desk/patients": ["desk", "200"],
  "POST /v1/desk/admissions": ["desk", "not-found"],
  "POST /v1/desk/patients/list": ["desk", "200"],
  "POST /v1/desk/patients/kept": ["desk", "not-found"],

  "GET /health": ["everybody", "200"],
  "GET /metrics": ["everybody", "200"],
  "GET /v1/node": ["everybody", "200"],
  "GET /v1/directory": ["everybody", "200"],
  "GET /v1/key-cards/:digest": ["everybody", "200"],
  "PUT /v1/key-cards": ["the consortium", "204"],
  "GET /v1/segments/:segment/cards": ["anybody with a key", "200"],
  "POST /v1/cards": ["who the question proves", "bad-card"],
  "POST /v1/card-chains": ["who the question proves", "bad-card"],
  "POST /v1/permits": ["who the question proves", "bad-permit"],
  "GET /v1/segments/:segment/permits": ["the consortium", "200"],
  "POST /v1/hand-overs": ["people and devices", "bad-request"],
  "GET /v1/hand-overs/:locator": ["everybody", "not-found"],
  "POST /v1/rotations": ["anybody with a key", "200"],
  "POST /v1/segments": ["anybody with a key", "200"],
  "POST /v1/records": ["who the question proves", "bad-record"],
  "POST /v1/records/status": ["anybody with a key", "200"],
  "PUT /v1/blobs/:cid": ["the consortium", "204"],
  "GET /v1/blobs/:cid": ["anybody with a key", "200"],
  "POST /v1/blobs": ["anybody with a key", "200"],
  "POST /v1/access/headers": ["who the question proves", "bad-request-signature"],
  "POST /v1/access/receipts": ["who the question proves", "bad-request-signature"],
  "POST /v1/grants": ["who the question proves", "not-found"],
  "GET /v1/key-cards/:digest/grants": ["the card's holder", "200"],
  "POST /v1/consents": ["who the question proves", "bad-intent"],
  "GET /v1/consents/:consent": ["anybody with a key", "200"],

  "POST /v1/fhir/login": ["people and devices", "not-found"],
  "POST /v1/fhir/patient-login": ["who the question proves", "bad-owner-login"],

  "GET /portal/v1/config": ["own pages", "200"],
  "POST /portal/v1/passkeys/registration-options": ["own pages", "200"],
  "POST /portal/v1/passkeys/registration": ["own pages", "sign-in-failed"],
  "POST /portal/v1/passkeys/sign-in-options": ["own pages", "200"],
  "POST /portal/v1/passkeys/sign-in": ["own pages", "sign-in-failed"],
  "POST /portal/v1/passkeys/removal": ["who is signed in", "not-found"],
  "GET /portal/v1/session": ["who is signed in", "200"],
  "POST /portal/v1/session/end": ["who is signed in", "200"],
  "GET /portal/v1/vault": ["who is signed in", "200"],
  "PUT /portal/v1/vault": ["who is signed in", "vault-conflict"],
  "PUT /portal/v1/registration": ["who is signed in", "bad-registration"],
  "GET /portal/v1/demo/identities": ["own pages", "200"],
  "POST /portal/v1/demo/sign-in": ["own pages", "200"],

  "POST /portal/v1/devices/offer": ["who is signed in", "200"],
  "GET /portal/v1/devices/offer": ["who is signed in", "200"],
  "POST /portal/v1/devices/withdrawal": ["who is signed in", "200"],
  "POST /portal/v1/devices/answer": ["who is signed in", "not-found"],
  "POST /portal/v1/devices/claim": ["own pages", "sign-in-failed"],
  "POST /portal/v1/devices/taking": ["own pages", "sign-in-failed"],
  "POST /portal/v1/devices/shut-out": ["who is signed in", "not-found"],

  "POST /portal/v1/organisation-login/begin": ["own pages", "not-offered"],
  "POST /portal/v1/organisation-login/answer": ["own pages", "not-offered"],
  "POST /portal/v1/organisation-login/removal": ["who is signed in", "not-offered"],

  "POST /portal/v1/wallets/nonce": ["own pages", "200"],
  "POST /portal/v1/wallets/sign-in": ["own pages", "sign-in-failed"],
  "POST /portal/v1/wallets/link": ["who is signed in", "sign-in-failed"],
  "POST /portal/v1/wallets/removal": ["who is signed in", "not-found"],

  "POST /v1/received": ["people and devices", "not-found"],
  "POST /v1/received/purges": ["who the question proves", "bad-request-signature"],

  "POST /v1/custody/erase": ["who the question proves", "bad-erase-request"],
  "POST /v1/records/erasures": ["who the question proves", "bad-approvals"],
  "POST /v1/records/erased": ["anybody with a key", "200"],
  "POST /v1/admin/erasures": ["administrators", "not-found"],
  "POST /v1/admin/retractions": ["administrators", "not-found"],
  "GET /v1/endorsements": ["people, devices and administrators", "200"],
  "POST /v1/endorsements": ["people", "not-opened"],
  "POST /v1/endorsements/declines": ["who the question proves", "bad-decline"],
  "POST /v1/endorsements/declines/list": ["anybody with a key", "200"],

  "POST /v1/requests": ["who the question proves", "not-authorised"],
  "POST /v1/requests/own": ["who the question proves", "bad-request-signature"],
  "POST /v1/requests/withdrawals": ["who the question proves", "bad-request-signature"],
  "POST /v1/access/requests": ["who the question proves", "bad-request-signature"],
  "POST /v1/requests/answers": ["who the question proves", "bad-request-signature"],

  "POST /v1/records/standings": ["anybody with a key", "200"],
};

/** @param place method and path as declared. A page of another site may send a GET, whose answer its browser keeps from it. */
export function expectedAnswer(place: string, asker: Asker): string {
  const [to, answer] = ROUTE_RIGHTS[place] ?? unlisted(place);
  const { askers, others }: Right = RIGHTS[to];
  const isLetIn = askers.includes(asker);
  const isRead = asker === "other page" && place.startsWith("GET ") && /own pages|signed in/.test(to);
  return isLetIn || isRead ? answer : others(asker);
}

function unlisted(place: string): never {
  throw new AnamnesisError({
    code: "unlisted-route",
    rule: "Who may ask for a route stands in the table.",
    fix: "Add a row for the route.",
    meta: { place },
  });
}
