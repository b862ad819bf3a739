import { toBase64url } from "@anamnesis/api/http/base64url";
import type { AccountKind, SignIn } from "@anamnesis/api/routes/portal";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Row } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../../context.ts";
import { notSignedIn } from "../../http/portalGate.ts";
import type { SignedIn, Visit } from "../visit.ts";
import { hashOfValue } from "./hashOfValue.ts";
import type { SessionStore, StoredSession } from "./sessionStore.ts";

/** Seconds without use after which a session is over. */
export const SESSION_IDLE = 30 * 60;
/** Seconds after which it is over in any case. */
export const SESSION_LONGEST = 12 * 3600;
/** Seconds of use after which the browser gets another value. */
const VALUE_AGE = 15 * 60;
/** Seconds for which the value before still counts: requests that were under way at the change bring it. */
const GRACE = 60;
/** Seconds between two notes that a session is used. */
const NOTED = 60;
/** Ended sessions past their time that one write sweeps away. */
const SWEPT = 100;

interface Standing extends Row {
  readonly kind: AccountKind;
  readonly generation: number;
  readonly ended: boolean;
}

/**
 * Who is signed in. The browser has 32 random bytes, the store their SHA-256. Every sign-in gives another session and ends the one that the browser had; after 15 minutes
 * of use the value changes; a value that was replaced and comes again later ends the session, since two have it.
 *
 * That a session was ended stands in the database, whatever store keeps it: what was acknowledged stays true.
 */
export class Sessions {
  readonly #context: Pick<NodeContext, "db" | "durable" | "clock" | "random" | "metrics">;
  readonly #store: SessionStore;

  constructor(
    context: Pick<NodeContext, "db" | "durable" | "clock" | "random" | "metrics">,
    store: SessionStore,
  ) {
    this.#context = context;
    this.#store = store;
  }

  /** Begins a session of an account in the visiting browser. */
  async begin(visit: Visit, account: string, how: SignIn): Promise<SignedIn> {
    const begun = await this.#add(visit, account, how, this.#context.clock.now());
    this.#context.metrics.count("portal_sign_ins_total", { how });
    return begun;
  }

  /** Another session in the place of one that was ended for what its person changed: as old as that one, since nobody signed in. */
  async renew(visit: Visit, { account, how, created }: SignedIn): Promise<SignedIn> {
    return this.#add({ ...visit, signedIn: null }, account, how, created);
  }

  async #add(visit: Visit, account: string, how: SignIn, created: UnixSeconds): Promise<SignedIn> {
    if (visit.signedIn !== null) await this.end(visit.signedIn.session);
    const { clock, random } = this.#context;
    const now = clock.now();
    const { kind, generation } = (await this.#standing(account, "")) ?? refuse();
    const { value, hash } = this.#newValue();
    const session = toHex(random.bytes(16)).slice(2);
    const stored: StoredSession = {
      session,
      account,
      how,
      generation,
      created,
      rotated: now,
      used: now,
      current: hash,
      previous: null,
    };
    await this.#store.add(stored, endOf(created, now));
    visit.cookie(value);
    return { session, account, kind, how, created, expires: endOf(created, now) };
  }

  async admit(value: string): Promise<{ readonly signedIn: SignedIn; readonly fresh: string | null } | null> {
    const hash = hashOfValue(value);
    const found = await this.#store.find(hash);
    if (found === null) return null;
    const now = this.#context.clock.now();
    const { session, account, how, created } = found;
    const standing = await this.#standing(account, session);
    const over = now >= endOf(created, found.used) || standing?.generation !== found.generation;
    if (over || standing.ended) {
      await this.#store.remove(session);
      return null;
    }
    if (hash !== found.current && now >= found.rotated + GRACE) {
      await this.end(session);
      return null;
    }
    let used = found.used;
    let fresh: string | null = null;
    if (hash === found.current && now >= found.rotated + VALUE_AGE) {
      const next = this.#newValue();
      const change = { from: hash, to: next.hash, at: now, end: endOf(created, now) };
      // Of requests that come at once the first one changes the value; the others go on with the one before.
      if (await this.#store.rotate(session, change)) fresh = next.value;
      used = now;
    } else if (now >= found.used + NOTED) {
      await this.#store.touch(session, now, endOf(created, now));
      used = now;
    }
    const signedIn = { session, account, kind: standing.kind, how, created, expires: endOf(created, used) };
    return { signedIn, fresh };
  }

  async end(session: string): Promise<void> {
    const { db, durable, clock } = this.#context;
    const now = clock.now();
    await durable("portal.session-end", () =>
      db.transaction(async (tx) => {
        await tx.query(
          `delete from portal_ended_sessions where session in
             (select session from portal_ended_sessions where until <= $1 order by until limit ${SWEPT})`,
          [now],
        );
        await tx.query(
          "insert into portal_ended_sessions (session, until) values ($1, $2) on conflict (session) do nothing",
          [session, now + SESSION_LONGEST],
        );
      }),
    );
    await this.#store.remove(session);
  }

  /** Ends all sessions of an account. */
  async endAll(account: string): Promise<void> {
    const { db, durable } = this.#context;
    await durable("portal.session-end", () =>
      db.query("update portal_accounts set generation = generation + 1 where account = $1", [account]),
    );
    await this.#store.removeAll(account);
  }

  #newValue(): { readonly value: string; readonly hash: string } {
    const value = toBase64url(this.#context.random.bytes(32));
    return { value, hash: hashOfValue(value) };
  }

  async #standing(account: string, session: string): Promise<Standing | null> {
    const rows = await this.#context.db.query<Standing>(
      `select kind, generation, exists(select 1 from portal_ended_sessions where session = $2) as ended
       from portal_accounts where account = $1`,
      [account, session],
    );
    return rows[0] ?? null;
  }
}

function endOf(created: UnixSeconds, used: UnixSeconds): UnixSeconds {
  return Math.min(used + SESSION_IDLE, created + SESSION_LONGEST) as UnixSeconds;
}

function refuse(): never {
  throw notSignedIn();
}
