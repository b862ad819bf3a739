import { createHash } from "node:crypto";
import type { Queryable, Row } from "@anamnesis/core/ports/database";
import { type Adapter, type AdapterPayload, errors } from "oidc-provider";
import type { NodeContext } from "../context.ts";

type Context = Pick<NodeContext, "clock" | "db" | "durable">;

interface Entry extends Row {
  readonly payload: AdapterPayload;
  readonly consumed: number | null;
}

/** Expired rows that one write sweeps away. */
const SWEPT = 100;

/**
 * What the authorisation server keeps, tokens, codes and used assertions among it, on the node's database. A row is found by the SHA-256 of its id, and its id is
 * nowhere else: who reads the table gets no token that works.
 *
 * @param model name of what is kept: `AccessToken`, `ReplayDetection`, …
 */
export function createSqlAdapter({ clock, db, durable }: Context, model: string): Adapter {
  const write = (work: (tx: Queryable) => Promise<void>): Promise<void> =>
    durable("oauth.rows", () => db.transaction(work));

  const findBy = async (column: "id" | "uid", key: string): Promise<Entry | undefined> => {
    const rows = await db.query<Entry>(
      `select payload, consumed from oauth_entries where model = $1 and ${column} = $2 and expires_at > $3`,
      [model, column === "id" ? hashOf(key) : key, clock.now()],
    );
    return rows[0];
  };

  return {
    async upsert(id, { jti: _jti, ...payload }, expiresIn) {
      const now = clock.now();
      // What says nothing would stay for ever.
      const expires = now + Math.max(1, Math.ceil(expiresIn ?? 0));
      await write(async (tx) => {
        await tx.query(
          `delete from oauth_entries where (model, id) in
             (select model, id from oauth_entries where expires_at <= $1 order by expires_at limit ${SWEPT})`,
          [now],
        );
        const written = await tx.query(
          `insert into oauth_entries as e (model, id, payload, uid, grant_id, expires_at) values ($1, $2, $3::text::jsonb, $4, $5, $6)
           on conflict (model, id) do update set payload = excluded.payload, uid = excluded.uid, grant_id = excluded.grant_id, expires_at = excluded.expires_at
             where e.model <> 'ReplayDetection' or e.expires_at <= $7
           returning 1 as one`,
          [
            model,
            hashOf(id),
            JSON.stringify(payload),
            payload.uid ?? null,
            payload.grantId ?? null,
            expires,
            now,
          ],
        );
        // Of two assertions with one id that come at once, one is the first.
        if (written.length === 0)
          throw new errors.InvalidClientAuth("client assertion tokens must only be used once");
      });
    },
    async find(id) {
      const found = await findBy("id", id);
      if (found === undefined) return undefined;
      return { ...found.payload, jti: id, ...(found.consumed === null ? {} : { consumed: found.consumed }) };
    },
    async findByUid(uid) {
      return (await findBy("uid", uid))?.payload;
    },
    // Device codes, which have user codes, are not given.
    findByUserCode: () => Promise.resolve(undefined),
    async consume(id) {
      await write(async (tx) => {
        const taken = await tx.query(
          `update oauth_entries set consumed = $3 where model = $1 and id = $2 and consumed is null returning 1 as one`,
          [model, hashOf(id), clock.now()],
        );
        if (taken.length === 0) throw new errors.InvalidGrant("already consumed");
      });
    },
    async destroy(id) {
      await write(async (tx) => {
        await tx.query(`delete from oauth_entries where model = $1 and id = $2`, [model, hashOf(id)]);
      });
    },
    async revokeByGrantId(grantId) {
      await write(async (tx) => {
        await tx.query(`delete from oauth_entries where grant_id = $1`, [grantId]);
      });
    },
  };
}

function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}
