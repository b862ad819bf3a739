import { createHash } from "node:crypto";
import type { PatientLogin as SignedLogin } from "@anamnesis/api/routes/fhirLogin";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import { ownerLoginSigner } from "@anamnesis/core/segment/ownerLogin";
import { provenSegment, type ProvenSegment } from "../access/provenSegment.ts";
import type { NodeContext } from "../context.ts";
import type { FhirClient } from "./fhirClient.ts";
import { noSuchLogin } from "./noSuchLogin.ts";
import { isOwnedStill, isPatientScope } from "./patientLogin.ts";

type Context = Pick<
  NodeContext,
  "clock" | "copy" | "db" | "durable" | "ledger" | "organisation" | "settings"
>;

/**
 * Takes a patient's signed answer to a login: one word for each segment, about this node, this login, its client and its scopes. The first answer counts. A segment that
 * this node never heard of logs in like any other and then finds nothing, so that nobody learns which segments there are.
 *
 * Throws `bad-owner-login`; `not-found` for no such login, one that was answered, or one of other scopes; `custody-not-ready`.
 * @param sender Ed25519 key that signed the request.
 */
export async function takePatientLogin(
  context: Context,
  clients: readonly FhirClient[],
  sender: Hex,
  { logins }: SignedLogin,
): Promise<void> {
  const { clock, db, durable, organisation } = context;
  const [first] = logins;
  if (first === undefined) throw badLogin();
  const { challenge, client, scope } = first.body;
  const segments = logins.map((login): ProvenSegment => {
    const { body } = login;
    const signer = ownerLoginSigner(login);
    const isOfThis =
      body.audience === organisation &&
      body.challenge === challenge &&
      body.client === client &&
      body.scope === scope;
    const proven =
      signer === null
        ? null
        : provenSegment(context.ledger.identity, body.opening, signer, login.delegation ?? null);
    if (proven === null || !isOfThis) throw badLogin();
    return proven;
  });
  if (new Set(segments.map(({ segment }) => segment)).size !== segments.length) throw badLogin();
  if (!(await isOwnedStill(context, segments))) throw badLogin();
  const known = clients.find(({ clientId }) => clientId === client);
  if (known?.purposes.includes("PATRQT") !== true || !scope.split(" ").every(isPatientScope)) {
    throw noSuchLogin();
  }
  const answer = { actor: null, patient: { sender, segments }, purpose: "PATRQT" };
  const taken = await durable("oauth.rows", () =>
    // Of the login that is there, for what was signed, and until it ends.
    db.query(
      `insert into oauth_entries (model, id, payload, expires_at)
       select 'Login', id, $2::text::jsonb, expires_at from oauth_entries
       where model = 'Interaction' and id = $1 and expires_at > $3
         and payload->'params'->>'client_id' = $4 and payload->'params'->>'scope' = $5
       on conflict (model, id) do nothing returning 1 as one`,
      [challenge.slice(2), JSON.stringify(answer), clock.now(), client, scope],
    ),
  );
  if (taken.length === 0) throw noSuchLogin();
}

/** An id for the library's books that names nobody: another one for each login, the same for the same login. @param uid of the login. */
export function patientAccountOf(uid: string): string {
  return `patient-${createHash("sha256").update(`account ${uid}`).digest("hex")}`;
}

export function isPatientAccount(accountId: string): boolean {
  return /^patient-[0-9a-f]{64}$/.test(accountId);
}

/** One refusal for all of it: which part does not hold would say who owns a segment. */
function badLogin(): AnamnesisError<"bad-owner-login"> {
  return new AnamnesisError({
    code: "bad-owner-login",
    rule: "A patient logs in with words of one login, client and scopes at this node, each signed by the present owner of its segment.",
    fix: "Sign what the login's page shows with the newest copy of your keys.",
  });
}
