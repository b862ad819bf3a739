import { createHash } from "node:crypto";
import type { FhirLogin, PatientLogin as SignedLogin } from "@anamnesis/api/routes/fhirLogin";
import { hasCode } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { ownActor } from "../directory/ownActor.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import type { FhirClient } from "./fhirClient.ts";
import { isActiveActor } from "./isActiveActor.ts";
import { loginPage } from "./loginPage.ts";
import type { LoggedIn, LoginStep } from "./loginStep.ts";
import { noSuchLogin } from "./noSuchLogin.ts";
import { isOwnedStill, isPatientScope } from "./patientLogin.ts";
import { takePatientLogin } from "./takePatientLogin.ts";

type Context = Pick<
  NodeContext,
  "clock" | "copy" | "db" | "durable" | "ledger" | "organisation" | "settings"
>;

export interface SoftwareKeyLogin extends LoginStep {
  /**
   * Takes a signed answer to a login. The first one counts. Throws `not-authorised` for a key of nobody active in this organisation, `not-found` for no such login, or one that was answered or
   * whose client has not this purpose.
   */
  take(signer: Hex | null, login: FhirLogin): Promise<void>;
  /** Takes a patient's, see `takePatientLogin`. */
  takePatient(signer: Hex, login: SignedLogin): Promise<void>;
}

/**
 * The login with a key: the page shows the hash of the login's id. An actor's Ed25519 key signs a request that names it; for a patient's scopes the owner keys of
 * segments sign it together with client and scopes.
 */
export function createSoftwareKeyLogin(context: Context, clients: readonly FhirClient[]): SoftwareKeyLogin {
  const { clock, db, durable } = context;
  return {
    page: (asked) => loginPage(asked, challengeOf(asked.uid)),

    answered: async ({ uid, client, scopes }) => {
      const rows = await db.query<{ payload: LoggedIn }>(
        `select payload from oauth_entries where model = 'Login' and id = $1 and expires_at > $2`,
        [challengeOf(uid), clock.now()],
      );
      const answer = rows[0]?.payload ?? null;
      if (answer === null || !client.purposes.includes(answer.purpose)) return null;
      // Nobody of the organisation stands in for a patient, and no patient for anybody of it.
      if (answer.actor === null) {
        if (!scopes.every(isPatientScope)) return null;
        try {
          return (await isOwnedStill(context, answer.patient.segments)) ? answer : null;
        } catch (error) {
          // The page looks again by itself.
          if (hasCode(error, "custody-not-ready")) return null;
          throw error;
        }
      }
      if (scopes.some(isPatientScope)) return null;
      return (await isActiveActor(context, answer.actor)) ? answer : null;
    },

    take: async (signer, { challenge, purpose }) => {
      const { actor } = (await ownActor(context, signer)) ?? {};
      if (actor === undefined || !(await isActiveActor(context, actor))) {
        throw notAuthorised("people and devices of this organisation");
      }
      const id = challenge.slice(2);
      const fitting = clients
        .filter(({ purposes }) => purposes.includes(purpose))
        .map(({ clientId }) => clientId);
      const taken = await durable("oauth.rows", () =>
        // Of the login that is there, and until it ends.
        db.query(
          `insert into oauth_entries (model, id, payload, expires_at)
           select 'Login', id, $2::text::jsonb, expires_at from oauth_entries
           where model = 'Interaction' and id = $1 and expires_at > $3 and payload->'params'->>'client_id' = any($4)
             and payload->'params'->>'scope' !~ '(^| )patient/'
           on conflict (model, id) do nothing returning 1 as one`,
          [id, JSON.stringify({ actor, patient: null, purpose }), clock.now(), fitting],
        ),
      );
      if (taken.length === 0) throw noSuchLogin();
    },

    takePatient: (signer, login) => takePatientLogin(context, clients, signer, login),
  };
}

/** Who was shown it knows no more than that: the id itself is the browser's. */
function challengeOf(uid: string): string {
  return createHash("sha256").update(uid).digest("hex");
}
