import { toBase64url } from "@anamnesis/api/http/base64url";
import { type AccountKind, ACCOUNT_BYTES, type PortalSession } from "@anamnesis/api/routes/portal";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import type { Hex, UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable, Row } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../context.ts";
import type { SignedIn } from "./visit.ts";

/** An account that is to be: `handle` is what authenticators know it by (32 random bytes). */
export interface NewAccount {
  readonly account: Hex;
  readonly handle: string;
  readonly kind: AccountKind;
}

export function newAccount({ random }: Pick<NodeContext, "random">, kind: AccountKind): NewAccount {
  return { account: toHex(random.bytes(ACCOUNT_BYTES)), handle: toBase64url(random.bytes(32)), kind };
}

/** In the caller's transaction; nothing when it is there. */
export async function addAccount(
  tx: Queryable,
  { account, handle, kind }: NewAccount,
  now: UnixSeconds,
): Promise<void> {
  await tx.query(
    `insert into portal_accounts (account, handle, kind, created) values ($1, $2, $3, $4) on conflict (account) do nothing`,
    [account, handle, kind, now],
  );
}

interface PasskeyRow extends Row {
  readonly credential: string;
  readonly created: UnixSeconds;
  readonly used: UnixSeconds;
}

/** What a browser is told about its session. */
export async function sessionAnswer(
  { db }: Pick<NodeContext, "db">,
  { account, kind, how, created, expires }: SignedIn,
): Promise<PortalSession> {
  const passkeys = await db.query<PasskeyRow>(
    "select credential, created, used from portal_passkeys where account = $1 order by created, credential",
    [account],
  );
  const wallets = await db.query<{ subject: string; created: UnixSeconds }>(
    "select subject, created from portal_logins where account = $1 and how = 'wallet' order by created, subject",
    [account],
  );
  const [login] = await db.query<{ created: UnixSeconds }>(
    "select created from portal_logins where account = $1 and how = 'oidc'",
    [account],
  );
  return {
    account: fromHex(account as Hex),
    kind,
    how,
    created,
    expires,
    passkeys: passkeys.map(({ credential, ...times }) => ({
      credential: new Uint8Array(Buffer.from(credential, "base64url")),
      ...times,
    })),
    wallets: wallets.map(({ subject, ...times }) => ({
      wallet: new Uint8Array(Buffer.from(subject, "hex")),
      ...times,
    })),
    ...(login === undefined ? {} : { organisationLogin: login.created }),
  };
}
