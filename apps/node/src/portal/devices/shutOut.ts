import { toBase64url } from "@anamnesis/api/http/base64url";
import type { PutVault } from "@anamnesis/api/routes/portal";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";
import { replaceVault } from "../vault/vaultStore.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock">;

/** Seconds since the passkey that stays signed in: whoever shuts out the others holds it in the hand. */
const JUST_NOW = 300;

export interface ShutOut extends Required<PutVault> {
  /** Credential of the passkey that stays. */
  readonly keep: Uint8Array;
}

/**
 * Takes all passkeys of an account but one away and all wallets, ends all sessions, and puts the vault under another key, all or nothing: at no moment does a device that is shut out get
 * what the vault holds from then on. The caller forgets the sessions at the store, and begins one. Throws `not-found`, `sign-in-again`, `vault-conflict`, `bad-wrapper`.
 */
export async function shutOut(
  { db, durable, clock }: Context,
  account: string,
  { keep, ...vault }: ShutOut,
): Promise<{ readonly version: number }> {
  const now = clock.now();
  const name = toBase64url(keep);
  return durable("portal.shut-out", () =>
    db.transaction(async (tx) => {
      const rows = await tx.query<{ used: UnixSeconds }>(
        "select used from portal_passkeys where account = $1 and credential = $2",
        [account, name],
      );
      const [passkey] = rows;
      if (passkey === undefined) throw notFound();
      if (passkey.used + JUST_NOW < now) throw signInAgain();
      await tx.query("delete from portal_passkeys where account = $1 and credential <> $2", [account, name]);
      await tx.query("delete from portal_logins where account = $1 and how <> 'demo'", [account]);
      await tx.query("delete from portal_device_offers where account = $1", [account]);
      await tx.query("update portal_accounts set generation = generation + 1 where account = $1", [account]);
      return replaceVault(tx, account, vault, now);
    }),
  );
}

function signInAgain(): AnamnesisError<"sign-in-again"> {
  return new AnamnesisError({
    code: "sign-in-again",
    rule: "Other devices are shut out with a passkey that signed in within the last five minutes.",
    fix: "Sign in again with the passkey that is to stay.",
  });
}
