import { createClient } from "@redis/client";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SignIn } from "@anamnesis/api/routes/portal";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import type { Logger } from "../../runtime/logger.ts";
import { SESSION_LONGEST } from "./sessions.ts";
import type { SessionStore, StoredSession } from "./sessionStore.ts";

/** Milliseconds for one answer of the server, and for a connection. */
const PATIENCE = 2_000;
/** Milliseconds between two attempts to connect again, at most. */
const LONGEST_PAUSE = 5_000;

/** Keys are made inside the scripts: the server is one, not a cluster. `ARGV[1]` is the prefix of all. */
const SCRIPTS = {
  add: `
    local s = ARGV[1] .. 'session:' .. ARGV[2]
    redis.call('HSET', s, unpack(ARGV, 6))
    redis.call('EXPIREAT', s, ARGV[5])
    redis.call('SET', ARGV[1] .. 'value:' .. ARGV[3], ARGV[2], 'EXAT', ARGV[5])
    local a = ARGV[1] .. 'account:' .. ARGV[4]
    redis.call('SADD', a, ARGV[2])
    redis.call('EXPIRE', a, ${SESSION_LONGEST})
    return 1`,
  find: `
    local id = redis.call('GET', ARGV[1] .. 'value:' .. ARGV[2])
    if not id then return {} end
    return redis.call('HGETALL', ARGV[1] .. 'session:' .. id)`,
  touch: `
    local s = ARGV[1] .. 'session:' .. ARGV[2]
    local used = redis.call('HGET', s, 'used')
    if not used or tonumber(used) >= tonumber(ARGV[3]) then return 0 end
    redis.call('HSET', s, 'used', ARGV[3])
    redis.call('EXPIREAT', s, ARGV[4])
    for _, field in ipairs({'current', 'previous'}) do
      redis.call('EXPIREAT', ARGV[1] .. 'value:' .. redis.call('HGET', s, field), ARGV[4])
    end
    return 1`,
  rotate: `
    local s = ARGV[1] .. 'session:' .. ARGV[2]
    if redis.call('HGET', s, 'current') ~= ARGV[3] then return 0 end
    redis.call('DEL', ARGV[1] .. 'value:' .. redis.call('HGET', s, 'previous'))
    redis.call('HSET', s, 'current', ARGV[4], 'previous', ARGV[3], 'rotated', ARGV[5], 'used', ARGV[5])
    redis.call('EXPIREAT', s, ARGV[6])
    redis.call('EXPIREAT', ARGV[1] .. 'value:' .. ARGV[3], ARGV[6])
    redis.call('SET', ARGV[1] .. 'value:' .. ARGV[4], ARGV[2], 'EXAT', ARGV[6])
    return 1`,
  remove: `
    local ids = {ARGV[2]}
    if ARGV[3] == 'account' then ids = redis.call('SMEMBERS', ARGV[1] .. 'account:' .. ARGV[2]) end
    for _, id in ipairs(ids) do
      local s = ARGV[1] .. 'session:' .. id
      local held = redis.call('HMGET', s, 'current', 'previous', 'account')
      if held[1] then
        redis.call('DEL', s, ARGV[1] .. 'value:' .. held[1], ARGV[1] .. 'value:' .. held[2])
        redis.call('SREM', ARGV[1] .. 'account:' .. held[3], id)
      end
    end
    return 1`,
} as const;

/**
 * Sessions at a Redis server, for several processes behind one address. Throws `sessions-unavailable` when the server cannot be reached.
 * @param url `redis://…` or `rediss://…`, with credentials: never to be shown.
 */
export async function connectRedisSessionStore(
  url: string,
  organisation: OrganisationId,
  log: Pick<Logger, "warn">,
): Promise<SessionStore> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: { timeout: PATIENCE },
    socket: {
      connectTimeout: PATIENCE,
      reconnectStrategy: (tries) => Math.min(LONGEST_PAUSE, 50 * 2 ** Math.min(tries, 10)),
    },
  });
  let told = false;
  // What it says can quote the address with its password.
  client.on("error", () => {
    if (!told) log.warn("sessions-unavailable", {});
    told = true;
  });
  client.on("ready", () => (told = false));
  const connecting = client.connect();
  const patience = new Promise<never>((_, reject) => {
    AbortSignal.timeout(2 * PATIENCE).addEventListener("abort", () => reject(unavailable()));
  });
  try {
    await Promise.race([connecting, patience]);
  } catch {
    connecting.catch(() => undefined);
    client.destroy();
    throw unavailable();
  }
  const prefix = `anamnesis:${organisation.slice(2, 18)}:`;
  const run = async (
    script: keyof typeof SCRIPTS,
    ...values: readonly (string | number)[]
  ): Promise<unknown> => {
    try {
      return await client.eval(SCRIPTS[script], { keys: [], arguments: [prefix, ...values.map(String)] });
    } catch {
      throw unavailable();
    }
  };
  return {
    add: async (session, end) => {
      const { previous, ...rest } = session;
      const fields = Object.entries({ ...rest, previous: previous ?? "" }).flat();
      await run("add", session.session, session.current, session.account, end, ...fields);
    },
    find: async (hash) => parse(await run("find", hash), hash),
    touch: async (session, used, end) => void (await run("touch", session, used, end)),
    rotate: async (session, { from, to, at, end }) => (await run("rotate", session, from, to, at, end)) === 1,
    remove: async (session) => void (await run("remove", session, "one")),
    removeAll: async (account) => void (await run("remove", account, "account")),
    close: async () => client.destroy(),
  };
}

function parse(reply: unknown, hash: string): StoredSession | null {
  const flat = Array.isArray(reply) ? reply.map(String) : [];
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i] ?? "", flat[i + 1] ?? "");
  const text = (name: string): string => fields.get(name) ?? "";
  const seconds = (name: string): UnixSeconds => Number(text(name)) as UnixSeconds;
  const current = text("current");
  const previous = text("previous");
  if (current === "" || (hash !== current && hash !== previous)) return null;
  return {
    session: text("session"),
    account: text("account"),
    how: text("how") as SignIn,
    generation: Number(text("generation")),
    created: seconds("created"),
    rotated: seconds("rotated"),
    used: seconds("used"),
    current,
    previous: previous === "" ? null : previous,
  };
}

function unavailable(): AnamnesisError<"sessions-unavailable"> {
  return new AnamnesisError({
    code: "sessions-unavailable",
    rule: "The Redis server that REDIS_URL names keeps the portal's sessions and answers within two seconds.",
    fix: "Look whether it runs and takes the credentials; without REDIS_URL the node's database keeps them.",
  });
}
