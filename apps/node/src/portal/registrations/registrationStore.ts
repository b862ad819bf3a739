import { keyCard, type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";
import type { SignedIn } from "../visit.ts";

/** Seconds for which a card waits: the person's page leaves it again whenever it is open. */
const WAITS = 7 * 86_400;
const LOCATOR_BYTES = 16;

/**
 * Keeps the key card of a member of staff who wants to be registered. It gives nobody anything: an administrator signs what counts, for the card whose code the
 * person shows. Throws `bad-registration`.
 */
export async function keepRegistration(
  { db, durable, clock, organisation }: Pick<NodeContext, "db" | "durable" | "clock" | "organisation">,
  { account, kind }: Pick<SignedIn, "account" | "kind">,
  encoded: Uint8Array,
): Promise<void> {
  const card = decoded(encoded);
  const isPerson = card.subject === "practitioner" || card.subject === "staff";
  if (kind !== "staff" || !isPerson || card.organisation !== organisation) throw badRegistration();
  const now = clock.now();
  await durable("portal.registration", () =>
    db.transaction(async (tx) => {
      await tx.query("delete from staff_registrations where asked_at <= $1", [now - WAITS]);
      await tx.query(
        `insert into staff_registrations (account, locator, card, asked_at) values ($1, $2, $3, $4)
         on conflict (account) do update set locator = excluded.locator, card = excluded.card, asked_at = excluded.asked_at`,
        [account, toHex(locatorOf(card)), encoded, now],
      );
    }),
  );
}

/** @param locator first 16 bytes of the card's digest. Throws `not-found`, also for one that waited too long. */
export async function getRegistration(
  { db, clock }: Pick<NodeContext, "db" | "clock">,
  locator: Uint8Array,
): Promise<{ readonly keyCard: KeyCard }> {
  const rows = await db.query<{ readonly card: Uint8Array }>(
    "select card from staff_registrations where locator = $1 and asked_at > $2 limit 1",
    [toHex(locator), clock.now() - WAITS],
  );
  if (rows[0] === undefined) throw notFound();
  return { keyCard: keyCard.decode(rows[0].card) };
}

function locatorOf(card: KeyCard): Uint8Array {
  return fromHex(keyCardDigest(card)).slice(0, LOCATOR_BYTES);
}

function decoded(bytes: Uint8Array): KeyCard {
  try {
    return keyCard.decode(bytes);
  } catch {
    throw badRegistration();
  }
}

function badRegistration(): AnamnesisError<"bad-registration"> {
  return new AnamnesisError({
    code: "bad-registration",
    rule: "Practitioners and staff ask to be registered from an account for staff, with a key card of the organisation whose node it is.",
    fix: "Begin at the portal of your own organisation.",
  });
}
