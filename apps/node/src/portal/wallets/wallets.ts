import { MAX_WALLETS } from "@anamnesis/api/routes/portal";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { ContractAccounts } from "@anamnesis/core/ports/contractAccounts";
import type { SignInMessage, SignInPurpose } from "@anamnesis/core/wallet/signInMessage";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";
import { beginCeremony, CEREMONY_TIME, type CeremonyState, takeCeremony } from "../ceremony/ceremonies.ts";
import type { Guarded, SignInGuard } from "../guard/signInGuard.ts";
import { signInFailed } from "../signInFailed.ts";
import type { SignedIn, Visit } from "../visit.ts";
import { ceremonyOf, expectedMessage, hasTimesOf, isSignedBy, nonceOf } from "./checkSignIn.ts";
import { walletLogin } from "./walletLogin.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock" | "random" | "ledger">;

export interface WalletAnswer {
  readonly message: string;
  readonly signature: Uint8Array;
}

export interface WalletNonce {
  readonly nonce: string;
  readonly issued: UnixSeconds;
  readonly expires: UnixSeconds;
}

export interface Wallets {
  nonce(visit: Visit): Promise<WalletNonce>;
  /** Whose wallet answered. Throws `sign-in-failed`, `rate-limited`, and as `ContractAccounts`. */
  signIn(visit: Visit, answer: WalletAnswer): Promise<string>;
  /** Throws `sign-in-failed`, `rate-limited`, `wallet-taken`, `too-many-wallets`, and as `ContractAccounts`. */
  link(visit: Visit, signedIn: SignedIn, answer: WalletAnswer): Promise<void>;
  /** @param wallet 32 bytes, as the session names it. Throws `not-found`. */
  remove(signedIn: SignedIn, wallet: Uint8Array): Promise<void>;
}

/**
 * Wallets that sign in (ERC-4361). Accounts are made by passkeys alone, since a wallet opens no vault; to one of those a wallet is linked, and then gives a session of it.
 * The node keeps a hash of its address.
 */
export function createWallets(
  context: Context,
  guard: SignInGuard,
  accounts: ContractAccounts,
  origins: () => readonly string[],
): Wallets {
  const { db, durable, clock, ledger } = context;

  const expected = (purpose: SignInPurpose, text: string): SignInMessage | null =>
    expectedMessage(text, { purpose, chainId: ledger.identity.chainId, origins: origins() });

  const accountOf = async (login: string): Promise<string | null> => {
    const rows = await db.query<{ account: string }>(
      "select account from portal_logins where how = 'wallet' and subject = $1",
      [login],
    );
    return rows[0]?.account ?? null;
  };

  /** Whether the wallet signed this message, whose nonce is used up by asking. */
  const proves = async (
    message: SignInMessage | null,
    { message: text, signature }: WalletAnswer,
    isFor: (state: CeremonyState) => boolean,
  ): Promise<boolean> => {
    const ceremony = message === null ? null : ceremonyOf(message.nonce);
    const state = ceremony === null ? null : await takeCeremony(context, "wallet", ceremony);
    if (message === null || state === null || !hasTimesOf(message, state) || !isFor(state)) return false;
    return isSignedBy(accounts, message.account, text, signature);
  };

  /** Counts what failed, whatever the reason. */
  const admitted = async (who: Guarded, attempt: () => Promise<boolean>): Promise<void> => {
    await guard.admit(who);
    let proven = false;
    try {
      proven = await attempt();
    } finally {
      if (!proven) await guard.failed(who);
    }
    if (!proven) throw signInFailed();
  };

  return {
    nonce: async ({ signedIn }) => {
      const issued = clock.now();
      const expires = (issued + CEREMONY_TIME) as UnixSeconds;
      const state = { issued: `${issued}`, expires: `${expires}`, account: signedIn?.account ?? null };
      return { nonce: nonceOf(await beginCeremony(context, "wallet", state)), issued, expires };
    },

    signIn: async ({ network }, answer) => {
      const message = expected("sign-in", answer.message);
      const account = message === null ? null : await accountOf(walletLogin(message.account));
      const who = { network, account };
      await admitted(who, async () => (await proves(message, answer, () => true)) && account !== null);
      await guard.succeeded(who);
      return account ?? refuse();
    },

    link: async ({ network }, { account }, answer) => {
      const who = { network, account };
      const message = expected("link", answer.message);
      // A nonce of another session would link the wallet to an account that its person never saw.
      await admitted(who, () => proves(message, answer, (state) => state["account"] === account));
      const login = walletLogin(message?.account ?? refuse());
      await durable("portal.login", () =>
        db.transaction(async (tx) => {
          const rows = await tx.query<{ count: number }>(
            "select count(*)::int as count from portal_logins where account = $1 and how = 'wallet' and subject <> $2",
            [account, login],
          );
          if ((rows[0]?.count ?? 0) >= MAX_WALLETS) throw tooMany();
          const kept = await tx.query<{ account: string }>(
            `insert into portal_logins as l (how, subject, account, created) values ('wallet', $1, $2, $3)
             on conflict (how, subject) do update set subject = l.subject returning account`,
            [login, account, clock.now()],
          );
          if (kept[0]?.account !== account) throw taken();
        }),
      );
    },

    remove: async ({ account }, wallet) => {
      const login = Buffer.from(wallet).toString("hex");
      const gone = await durable("portal.login", () =>
        db.query(
          "delete from portal_logins where how = 'wallet' and subject = $1 and account = $2 returning 1 as one",
          [login, account],
        ),
      );
      if (gone.length === 0) throw notFound();
    },
  };
}

function refuse(): never {
  throw signInFailed();
}

function taken(): AnamnesisError<"wallet-taken"> {
  return new AnamnesisError({
    code: "wallet-taken",
    rule: "A wallet signs in to one account of a node.",
    fix: "Sign in with the wallet and take it away there, or use another one.",
  });
}

function tooMany(): AnamnesisError<"too-many-wallets"> {
  return new AnamnesisError({
    code: "too-many-wallets",
    rule: `At most ${MAX_WALLETS} wallets sign in to one account.`,
    fix: "Take away one that is not used any more.",
  });
}
