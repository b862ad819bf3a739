import { createHash } from "node:crypto";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Row } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../../context.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock" | "metrics">;

export interface GuardLimit {
  /** Failures that cost nothing. */
  readonly free: number;
  /** Longest delay in seconds; each further failure doubles it from one second on. */
  readonly longest: number;
}

/** A network can be a whole hospital behind one address. */
const NETWORK: GuardLimit = { free: 20, longest: 900 };
/** Short at its longest: whoever tries at somebody else's account must not lock that one out. */
const ACCOUNT: GuardLimit = { free: 5, longest: 60 };
/** Seconds without a failure after which all are forgotten. */
const FORGOTTEN = 3600;
/** Rows past that time that one write sweeps away. */
const SWEPT = 100;

interface AttemptRow extends Row {
  readonly key: string;
  readonly failures: number;
  readonly last: UnixSeconds;
}

/** Who may be guessing: the network, and the account or key that is tried, if it is known. */
export interface Guarded {
  readonly network: string;
  readonly account: string | null;
}

/**
 * Slows guessing: after some failures of a network or at an account the next attempt is refused for a time that doubles. Kept in the database, so that a restart forgives
 * nothing and all processes at one address know it. An attempt that succeeds forgives the account; the network's failures go with time alone.
 */
export class SignInGuard {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Throws `rate-limited` with `meta.retryAfter` in seconds. */
  async admit(who: Guarded): Promise<void> {
    const { db, clock, metrics } = this.#context;
    const now = clock.now();
    const keys = keysOf(who);
    const rows = await db.query<AttemptRow>(
      "select key, failures, last from portal_attempts where key = any($1)",
      [[...keys.keys()]],
    );
    const waits = rows.map(({ key, failures, last }) => last + delayOf(keys.get(key), failures) - now);
    const wait = Math.max(0, ...waits);
    if (wait === 0) return;
    metrics.count("portal_sign_ins_slowed_total");
    throw new AnamnesisError({
      code: "rate-limited",
      rule: "After some attempts that failed, the next one waits.",
      fix: "Wait for the seconds that Retry-After names, then sign in.",
      meta: { retryAfter: wait },
    });
  }

  async failed(who: Guarded): Promise<void> {
    const { db, durable, clock, metrics } = this.#context;
    metrics.count("portal_sign_ins_failed_total");
    const now = clock.now();
    await durable("portal.attempt", () =>
      db.transaction(async (tx) => {
        await tx.query(
          `delete from portal_attempts where key in
             (select key from portal_attempts where last <= $1 order by last limit ${SWEPT})`,
          [now - FORGOTTEN],
        );
        for (const key of keysOf(who).keys()) {
          await tx.query(
            `insert into portal_attempts as a (key, failures, last) values ($1, 1, $2) on conflict (key) do update set
               failures = case when a.last <= $3 then 1 else a.failures + 1 end, last = excluded.last`,
            [key, now, now - FORGOTTEN],
          );
        }
      }),
    );
  }

  async succeeded({ account }: Guarded): Promise<void> {
    if (account === null) return;
    const { db, durable } = this.#context;
    const key = keyOf("account", account);
    const known = await db.query("select 1 as one from portal_attempts where key = $1", [key]);
    if (known.length === 0) return;
    await durable("portal.attempt", () => db.query("delete from portal_attempts where key = $1", [key]));
  }
}

function delayOf(limit: GuardLimit | undefined, failures: number): number {
  if (limit === undefined || failures < limit.free) return 0;
  return Math.min(limit.longest, 2 ** Math.min(20, failures - limit.free));
}

function keysOf({ network, account }: Guarded): ReadonlyMap<string, GuardLimit> {
  const keys = new Map([[keyOf("network", network), NETWORK]]);
  if (account !== null) keys.set(keyOf("account", account), ACCOUNT);
  return keys;
}

/** Hashed: the table says nothing about who tried. */
function keyOf(kind: string, value: string): string {
  return createHash("sha256").update(`${kind}\0${value}`).digest("hex");
}
