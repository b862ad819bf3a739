import { createHash } from "node:crypto";
import { DEVICE_OFFER_TIME } from "@anamnesis/api/routes/portalDevices";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Row } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";
import type { SignInGuard } from "../guard/signInGuard.ts";
import { signInFailed } from "../signInFailed.ts";
import type { Visit } from "../visit.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock" | "random">;

/** Most accounts that add a device at once. */
const MOST_WAITING = 10_000;

interface OfferRow extends Row {
  readonly account: string;
  readonly claim: Uint8Array | null;
  readonly answer: Uint8Array | null;
}

export interface DeviceOffer {
  readonly state: "none" | "open" | "claimed" | "answered";
  readonly claim?: Uint8Array;
}

export interface DeviceOffers {
  /** In place of what the account had open. Throws `busy`. */
  offer(account: string, locator: Uint8Array): Promise<{ readonly expires: UnixSeconds }>;
  offered(account: string): Promise<DeviceOffer>;
  withdraw(account: string): Promise<void>;
  /** For the device whose claim this is, and no other. Throws `not-found`. */
  answer(account: string, parts: { readonly claim: Uint8Array; readonly answer: Uint8Array }): Promise<void>;
  /** The first that comes is the only one. Throws `sign-in-failed`, `rate-limited`. */
  claim(
    visit: Visit,
    parts: { readonly locator: Uint8Array; readonly claim: Uint8Array },
  ): Promise<{ readonly ticket: Uint8Array; readonly expires: UnixSeconds }>;
  /** Answer and account, once; `null` while there is none yet. Throws `sign-in-failed`, `rate-limited`. */
  take(
    visit: Visit,
    ticket: Uint8Array,
  ): Promise<{ readonly account: string; readonly answer: Uint8Array } | null>;
}

/**
 * Letter boxes in which a device of an account and a new one find each other. Boxes are named by what the devices' shared secret gives, and kept under the SHA-256 of that name;
 * what lies in them is sealed. A failed attempt counts at the guard of sign-ins.
 */
export function createDeviceOffers(context: Context, guard: SignInGuard): DeviceOffers {
  const { db, durable, clock, random } = context;
  const ended = (): UnixSeconds => (clock.now() + DEVICE_OFFER_TIME) as UnixSeconds;

  return {
    offer: (account, locator) =>
      durable("portal.device", () =>
        db.transaction(async (tx) => {
          await tx.query("delete from portal_device_offers where expires_at <= $1 or account = $2", [
            clock.now(),
            account,
          ]);
          const rows = await tx.query<{ waiting: number }>(
            "select count(*)::int as waiting from portal_device_offers",
          );
          if ((rows[0]?.waiting ?? 0) >= MOST_WAITING) throw tooMany();
          const expires = ended();
          const added = await tx.query(
            `insert into portal_device_offers (account, locator, expires_at) values ($1, $2, $3)
             on conflict do nothing returning 1 as one`,
            [account, hashOf(locator), expires],
          );
          if (added.length === 0) throw tooMany();
          return { expires };
        }),
      ),

    offered: async (account) => {
      const rows = await db.query<OfferRow>(
        "select account, claim, answer from portal_device_offers where account = $1 and expires_at > $2",
        [account, clock.now()],
      );
      const [offer] = rows;
      if (offer === undefined) return { state: "none" };
      if (offer.claim === null) return { state: "open" };
      return { state: offer.answer === null ? "claimed" : "answered", claim: offer.claim };
    },

    withdraw: async (account) => {
      await durable("portal.device", () =>
        db.query("delete from portal_device_offers where account = $1", [account]),
      );
    },

    answer: async (account, { claim, answer }) => {
      const rows = await durable("portal.device", () =>
        db.query(
          `update portal_device_offers set answer = $3
           where account = $1 and claim = $2 and answer is null and expires_at > $4 returning 1 as one`,
          [account, claim, answer, clock.now()],
        ),
      );
      if (rows.length === 0) throw notFound();
    },

    claim: async ({ network }, { locator, claim }) => {
      const who = { network, account: null };
      await guard.admit(who);
      const ticket = random.bytes(32);
      const rows = await durable("portal.device", () =>
        db.query<{ expires: UnixSeconds }>(
          `update portal_device_offers set claim = $2, ticket = $3
           where locator = $1 and claim is null and expires_at > $4 returning expires_at as expires`,
          [hashOf(locator), claim, hashOf(ticket), clock.now()],
        ),
      );
      const [found] = rows;
      if (found !== undefined) return { ticket, expires: found.expires };
      await guard.failed(who);
      throw signInFailed();
    },

    take: async ({ network }, ticket) => {
      const who = { network, account: null };
      await guard.admit(who);
      const now = clock.now();
      const [offer] = await db.query<OfferRow>(
        "select account, claim, answer from portal_device_offers where ticket = $1 and expires_at > $2",
        [hashOf(ticket), now],
      );
      if (offer !== undefined && offer.answer === null) return null;
      const rows =
        offer === undefined
          ? []
          : await durable("portal.device", () =>
              db.query<OfferRow>(
                `delete from portal_device_offers where ticket = $1 and answer is not null and expires_at > $2
                 returning account, claim, answer`,
                [hashOf(ticket), now],
              ),
            );
      const [taken] = rows;
      if (taken !== undefined && taken.answer !== null)
        return { account: taken.account, answer: taken.answer };
      await guard.failed(who);
      throw signInFailed();
    },
  };
}

function hashOf(value: Uint8Array): string {
  return createHash("sha256").update(value).digest("hex");
}

function tooMany(): AnamnesisError<"busy"> {
  return new AnamnesisError({
    code: "busy",
    rule: "A bounded number of devices is added at a node at once, each under a name of its own.",
    fix: "Try again in some minutes.",
    meta: { retryAfter: 60 },
  });
}
