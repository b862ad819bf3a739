import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { BACK_CHANNEL_LOGOUT_PATH } from "@anamnesis/api/routes/portalOrganisationLogin";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { NodeContext } from "../../context.ts";
import type { RawMount } from "../../http/server.ts";
import type { Sessions } from "../session/sessions.ts";
import { LOGOUT_LIFE, type LoginProvider } from "./loginProvider.ts";
import type { LoginSettings } from "./loginSettings.ts";
import { organisationLogin } from "./organisationLogin.ts";

/** Most bytes of a logout token in its form. */
const LONGEST = 16 * 1024;
/** Milliseconds in which it is there. */
const PATIENCE = 10_000;

/**
 * Where the organisation's provider says that somebody is signed out (OpenID Connect Back-Channel Logout 1.0): all sessions of the account end, by whatever they were begun. The
 * token's signature is all that is believed.
 */
export function backChannelLogout(
  {
    db,
    durable,
    clock,
    log,
    metrics,
    timers,
  }: Pick<NodeContext, "db" | "durable" | "clock" | "log" | "metrics" | "timers">,
  {
    settings,
    provider,
    sessions,
  }: {
    readonly settings: LoginSettings;
    readonly provider: LoginProvider;
    readonly sessions: Sessions;
  },
): RawMount {
  const issuer = new URL(settings.issuer).href;

  /** Tokens that were followed: who records one and sends it again ends nothing that was begun since. */
  const nameOf = (jti: string): string =>
    createHash("sha256").update(`logout\0${issuer}\0${jti}`).digest("hex");
  const wasFollowed = async (jti: string): Promise<boolean> => {
    const rows = await db.query("select 1 as one from portal_ceremonies where ceremony = $1", [nameOf(jti)]);
    return rows.length > 0;
  };
  const noteFollowed = async (jti: string): Promise<void> => {
    await durable("portal.ceremony", () =>
      db.query(
        `insert into portal_ceremonies (ceremony, purpose, state, expires_at) values ($1, 'logout-token', '{}'::jsonb, $2)
         on conflict (ceremony) do nothing`,
        [nameOf(jti), clock.now() + 2 * LOGOUT_LIFE],
      ),
    );
  };

  const logOut = async (request: IncomingMessage): Promise<number> => {
    if (request.method !== "POST") return 405;
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) return 400;
    const form = await formOf(request, timers);
    const tokens = form?.getAll("logout_token") ?? [];
    const claims = tokens.length === 1 ? await provider.readLogoutToken(tokens[0] ?? "") : null;
    if (claims === null || (await wasFollowed(claims.jti))) return 400;
    const accounts = await db.query<{ account: string }>(
      "select account from portal_logins where how = 'oidc' and subject = $1",
      [organisationLogin(issuer, claims.sub)],
    );
    for (const { account } of accounts) {
      await sessions.endAll(account);
      metrics.count("portal_logins_ended_total");
    }
    // Last: of a node that dies before, the provider sends it again.
    await noteFollowed(claims.jti);
    return 200;
  };

  return {
    name: "organisationLogout",
    path: BACK_CHANNEL_LOGOUT_PATH,
    handle: async (request, response) => {
      let status: number;
      try {
        status = await logOut(request);
      } catch (error) {
        if (!hasCode(error, "provider-unavailable") && !hasCode(error, "body-too-slow")) throw error;
        log.warn("organisation-logout", { code: error.code });
        status = 503;
      }
      if (status === 400) log.warn("organisation-logout", { code: "bad-logout-token" });
      // Section 2.8: an answer that nobody keeps.
      response.writeHead(status, { "cache-control": "no-store", "x-content-type-options": "nosniff" }).end();
    },
  };
}

/** `null` when it is too long. */
async function formOf(
  request: IncomingMessage,
  { sleep }: NodeContext["timers"],
): Promise<URLSearchParams | null> {
  const over = new AbortController();
  void sleep(PATIENCE, over.signal).then(() => {
    if (!over.signal.aborted) request.destroy();
  });
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > LONGEST) return null;
      pieces.push(piece);
    }
  } catch {
    throw new AnamnesisError({
      code: "body-too-slow",
      rule: "A logout token comes whole within ten seconds.",
      fix: "Send it again.",
    });
  } finally {
    over.abort();
  }
  return new URLSearchParams(Buffer.concat(pieces).toString("utf8"));
}
