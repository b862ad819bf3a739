import { createHash } from "node:crypto";
import { fromBase64url, toBase64url } from "@anamnesis/api/http/base64url";
import { type AccountKind, type JsonObject, MAX_WRAPPERS } from "@anamnesis/api/routes/portal";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hex } from "@anamnesis/core/ids";
import type { Queryable, Row } from "@anamnesis/core/ports/database";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";
import { addAccount, newAccount } from "../accounts.ts";
import { beginCeremony, CEREMONY_TIME, takeCeremony } from "../ceremony/ceremonies.ts";
import type { SignInGuard } from "../guard/signInGuard.ts";
import { notOffered, signInFailed } from "../signInFailed.ts";
import type { SignedIn, Visit } from "../visit.ts";
import type { WebauthnSite } from "./webauthnSite.ts";

/** Hundreds of modules, which a node loads when the first person signs in and not while it starts. */
const webauthn = async () => import("@simplewebauthn/server");

type Context = Pick<NodeContext, "db" | "durable" | "clock" | "random" | "name" | "log">;

export interface Passkeys {
  registrationOptions(visit: Visit, kind: AccountKind): Promise<Ceremony>;
  /** The account that has the new passkey now: one of its own for who is not signed in. */
  register(visit: Visit, answer: CeremonyAnswer): Promise<string>;
  signInOptions(): Promise<Ceremony>;
  /** Whose passkey answered. Throws `sign-in-failed`, `rate-limited`. */
  signIn(visit: Visit, answer: CeremonyAnswer): Promise<string>;
  /** Throws `not-found`, `last-passkey`. */
  remove(signedIn: SignedIn, credential: Uint8Array): Promise<void>;
}

interface Ceremony {
  readonly ceremony: Uint8Array;
  readonly options: JsonObject;
}

export interface CeremonyAnswer {
  readonly ceremony: Uint8Array;
  readonly response: JsonObject;
}

interface PasskeyRow extends Row {
  readonly credential: string;
  readonly account: string;
  readonly handle: string;
  readonly public_key: Uint8Array;
  readonly counter: number;
}

/**
 * Input of the PRF extension, one for all: at a sign-in nobody knows whose passkey will answer. The output is the passkey's own; what is an account's
 * own is the salt of each wrapper.
 */
const PRF_INPUT = createHash("sha256").update("anamnesis-portal-prf").digest("base64url");
const EXTENSIONS = { prf: { eval: { first: PRF_INPUT } } };
/** Milliseconds that an authenticator is given. */
const TIMEOUT = CEREMONY_TIME * 1000;
/** COSE key (P-256) of nobody: an answer of a credential that is not known is verified all the same, and refused. */
const NOBODY = Buffer.from(
  "a50102032620012158206b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2962258204fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
  "hex",
);

/** Passkeys (WebAuthn Level 3): discoverable, with user verification, with the PRF extension where the authenticator has it. */
export function createPasskeys(
  context: Context,
  guard: SignInGuard,
  siteOf: () => WebauthnSite | null,
): Passkeys {
  const { db, durable, clock, name, log } = context;
  const site = (): WebauthnSite => siteOf() ?? refuse();

  const own = (account: string): Promise<readonly { readonly credential: string }[]> =>
    db.query("select credential from portal_passkeys where account = $1", [account]);

  return {
    registrationOptions: async ({ signedIn }, kind) => {
      const { rpId } = site();
      const known = signedIn === null ? [] : await own(signedIn.account);
      if (known.length >= MAX_WRAPPERS) throw tooMany();
      const account =
        signedIn === null
          ? newAccount(context, kind)
          : { account: signedIn.account, handle: await handleOf(db, signedIn.account), kind };
      const challenge = context.random.bytes(32);
      const ceremony = await beginCeremony(context, "passkey-new", {
        challenge: toBase64url(challenge),
        account: account.account,
        handle: account.handle,
        kind: account.kind,
        signedIn: signedIn?.account ?? null,
      });
      const options = await (
        await webauthn()
      ).generateRegistrationOptions({
        rpName: name,
        rpID: rpId,
        userID: new Uint8Array(Buffer.from(account.handle, "base64url")),
        // Shown by the authenticator to its own user; an account has no name.
        userName: name,
        userDisplayName: name,
        challenge: new Uint8Array(challenge),
        timeout: TIMEOUT,
        attestationType: "none",
        excludeCredentials: known.map(({ credential }) => ({ id: credential })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        extensions: EXTENSIONS as object,
      });
      return { ceremony, options: options as unknown as JsonObject };
    },

    register: async ({ network, signedIn }, { ceremony, response }) => {
      const { rpId, origins } = site();
      const who = { network, account: signedIn?.account ?? null };
      await guard.admit(who);
      const state = await takeCeremony(context, "passkey-new", ceremony);
      const verified =
        state === null || state["signedIn"] !== (signedIn?.account ?? null)
          ? null
          : await (
              await webauthn()
            )
              .verifyRegistrationResponse({
                response: response as unknown as RegistrationResponseJSON,
                expectedChallenge: state["challenge"] ?? "",
                expectedOrigin: [...origins],
                expectedRPID: rpId,
                requireUserVerification: true,
              })
              .catch(() => null);
      if (state === null || verified?.verified !== true) {
        await guard.failed(who);
        throw signInFailed();
      }
      const { credential } = verified.registrationInfo;
      const account = state["account"] as Hex;
      await durable("portal.passkey", () =>
        db.transaction(async (tx) => {
          if (signedIn === null) {
            const kind = state["kind"] === "staff" ? "staff" : "patient";
            await addAccount(tx, { account, handle: state["handle"] ?? "", kind }, clock.now());
          }
          await addPasskey(tx, account, credential, clock.now());
        }),
      );
      return account;
    },

    signInOptions: async () => {
      const { rpId } = site();
      const challenge = context.random.bytes(32);
      const ceremony = await beginCeremony(context, "passkey-sign-in", { challenge: toBase64url(challenge) });
      const options = await (
        await webauthn()
      ).generateAuthenticationOptions({
        rpID: rpId,
        challenge: new Uint8Array(challenge),
        timeout: TIMEOUT,
        userVerification: "required",
        // None is named: the authenticator finds its own, and nobody learns which exist.
        allowCredentials: [],
        extensions: EXTENSIONS as object,
      });
      return { ceremony, options: options as unknown as JsonObject };
    },

    signIn: async ({ network }, { ceremony, response }) => {
      const { rpId, origins } = site();
      const answer = response as unknown as AuthenticationResponseJSON;
      const id = typeof answer.id === "string" && fromBase64url(answer.id) !== null ? answer.id : "";
      const rows = await db.query<PasskeyRow>(
        `select p.credential, p.account, a.handle, p.public_key, p.counter
         from portal_passkeys p join portal_accounts a on a.account = p.account where p.credential = $1`,
        [id],
      );
      const [known] = rows;
      const who = { network, account: known?.account ?? null };
      await guard.admit(who);
      const state = await takeCeremony(context, "passkey-sign-in", ceremony);
      const verified = await (
        await webauthn()
      )
        .verifyAuthenticationResponse({
          response: answer,
          expectedChallenge: state?.["challenge"] ?? "none",
          expectedOrigin: [...origins],
          expectedRPID: rpId,
          requireUserVerification: true,
          credential: {
            id,
            publicKey: new Uint8Array(known?.public_key ?? NOBODY),
            // What the counter says is looked at below, where it can be told apart and noted.
            counter: 0,
          },
        })
        .catch(() => null);
      const handle: unknown = answer.response?.userHandle;
      const isIts = known !== undefined && (handle === undefined || handle === known.handle);
      if (state === null || known === undefined || !isIts || verified?.verified !== true) {
        await guard.failed(who);
        throw signInFailed();
      }
      const counter = verified.authenticationInfo.newCounter;
      const counted = await durable("portal.passkey", () =>
        db.query(
          `update portal_passkeys set counter = $2, used = $3
           where credential = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning 1 as one`,
          [id, counter, clock.now()],
        ),
      );
      // A counter that did not grow is that of a copy, or of what was copied (WebAuthn Level 3 section 6.1.1).
      if (counted.length === 0) {
        log.warn("portal-passkey-cloned", {});
        await guard.failed(who);
        throw signInFailed();
      }
      await guard.succeeded(who);
      return known.account;
    },

    remove: ({ account }, credential) =>
      durable("portal.passkey", () =>
        db.transaction((tx) => removePasskey(tx, account, toBase64url(credential))),
      ),
  };
}

async function handleOf(db: Queryable, account: string): Promise<string> {
  const rows = await db.query<{ handle: string }>("select handle from portal_accounts where account = $1", [
    account,
  ]);
  return rows[0]?.handle ?? refuse();
}

async function addPasskey(
  tx: Queryable,
  account: string,
  {
    id,
    publicKey,
    counter,
    transports,
  }: { id: string; publicKey: Uint8Array; counter: number; transports?: readonly string[] },
  now: number,
): Promise<void> {
  const rows = await tx.query<{ count: number }>(
    "select count(*)::int as count from portal_passkeys where account = $1",
    [account],
  );
  if ((rows[0]?.count ?? 0) >= MAX_WRAPPERS) throw tooMany();
  const added = await tx.query(
    `insert into portal_passkeys (credential, account, public_key, counter, transports, created, used)
     values ($1, $2, $3, $4, $5::text::jsonb, $6, $6) on conflict (credential) do nothing returning 1 as one`,
    [id, account, publicKey, counter, JSON.stringify(transports ?? []), now],
  );
  if (added.length === 0) throw signInFailed();
}

/** With its wrapper. What stays must let its person in, and open the vault. */
async function removePasskey(tx: Queryable, account: string, credential: string): Promise<void> {
  const passkeys = await tx.query<{ credential: string }>(
    "select credential from portal_passkeys where account = $1",
    [account],
  );
  if (!passkeys.some((one) => one.credential === credential)) throw notFound();
  const wrappers = await tx.query<{ credential: string | null }>(
    "select credential from portal_wrappers where account = $1",
    [account],
  );
  const opensStill = wrappers.some((wrapper) => wrapper.credential !== credential);
  if (passkeys.length < 2 || (wrappers.length > 0 && !opensStill)) throw lastPasskey();
  await tx.query("delete from portal_wrappers where account = $1 and credential = $2", [account, credential]);
  await tx.query("delete from portal_passkeys where account = $1 and credential = $2", [account, credential]);
}

function refuse(): never {
  throw notOffered();
}

function tooMany(): AnamnesisError<"too-many-passkeys"> {
  return new AnamnesisError({
    code: "too-many-passkeys",
    rule: `An account has at most ${MAX_WRAPPERS} passkeys.`,
    fix: "Remove one that is not used any more.",
  });
}

function lastPasskey(): AnamnesisError<"last-passkey"> {
  return new AnamnesisError({
    code: "last-passkey",
    rule: "An account keeps a way to sign in and a way to open its vault.",
    fix: "Add another passkey, and a wrapper of the vault's key for it, then remove this one.",
  });
}
