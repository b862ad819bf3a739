import { createHash } from "node:crypto";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Row } from "@anamnesis/core/ports/database";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { NodeContext } from "../../context.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock" | "random">;

/** Seconds for which a challenge waits for its answer. */
export const CEREMONY_TIME = 300;
/** Most that wait at once. */
const MOST_WAITING = 10_000;

export type CeremonyPurpose = "passkey-new" | "passkey-sign-in" | "wallet" | "organisation-login";
export type CeremonyState = Readonly<Record<string, string | null>>;

interface StateRow extends Row {
  readonly state: CeremonyState;
}

/** Keeps what a question was about until its answer comes: its id is given out and only the id's SHA-256 kept. Throws `busy`. */
export async function beginCeremony(
  { db, durable, clock, random }: Context,
  purpose: CeremonyPurpose,
  state: CeremonyState,
): Promise<Uint8Array> {
  const id = random.bytes(16);
  const now = clock.now();
  await durable("portal.ceremony", () =>
    db.transaction(async (tx) => {
      await tx.query("delete from portal_ceremonies where expires_at <= $1", [now]);
      const rows = await tx.query<{ waiting: number }>(
        "select count(*)::int as waiting from portal_ceremonies",
      );
      if ((rows[0]?.waiting ?? 0) >= MOST_WAITING) throw tooMany();
      await tx.query(
        "insert into portal_ceremonies (ceremony, purpose, state, expires_at) values ($1, $2, $3::text::jsonb, $4)",
        [hashOf(id), purpose, JSON.stringify(state), (now + CEREMONY_TIME) as UnixSeconds],
      );
    }),
  );
  return id;
}

/** What the question was about, once; `null` when it was answered before, is over, or never was. */
export async function takeCeremony(
  { db, durable, clock }: Omit<Context, "random">,
  purpose: CeremonyPurpose,
  id: Uint8Array,
): Promise<CeremonyState | null> {
  const rows = await durable("portal.ceremony", () =>
    db.query<StateRow>(
      "delete from portal_ceremonies where ceremony = $1 and purpose = $2 and expires_at > $3 returning state",
      [hashOf(id), purpose, clock.now()],
    ),
  );
  return rows[0]?.state ?? null;
}

function hashOf(id: Uint8Array): string {
  return createHash("sha256").update(id).digest("hex");
}

function tooMany(): AnamnesisError<"busy"> {
  return new AnamnesisError({
    code: "busy",
    rule: "A bounded number of people signs in at a node at once.",
    fix: "Try again in some minutes.",
    meta: { retryAfter: 60 },
  });
}
