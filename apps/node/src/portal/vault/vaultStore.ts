import { createHash } from "node:crypto";
import {
  type KeptVault,
  MAX_WRAPPERS,
  type NewWrapper,
  type PutVault,
  type WrapperKind,
} from "@anamnesis/api/routes/portal";
import { toBase64url } from "@anamnesis/api/http/base64url";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable, Row } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../../context.ts";
import { notFound } from "../../runtime/refuse.ts";

type Context = Pick<NodeContext, "db" | "durable" | "clock">;

interface VaultRow extends Row {
  readonly version: number;
  readonly sealed: Uint8Array;
  readonly wrappers: readonly {
    readonly wrapper: string;
    readonly kind: WrapperKind;
    readonly credential: string | null;
    readonly salt: string;
    readonly wrapped: string;
    readonly created: UnixSeconds;
  }[];
}

const bytesOf = (text: string, encoding: "hex" | "base64url"): Uint8Array =>
  new Uint8Array(Buffer.from(text, encoding));

/** The sealed vault of an account. Throws `not-found` when there is none yet. */
export async function getVault({ db }: Pick<NodeContext, "db">, account: string): Promise<KeptVault> {
  const rows = await db.query<VaultRow>(
    `select version, sealed, coalesce((select jsonb_agg(jsonb_build_object('wrapper', wrapper, 'kind', kind,
         'credential', credential, 'salt', encode(salt, 'hex'), 'wrapped', encode(wrapped, 'hex'), 'created', created)
         order by created, wrapper) from portal_wrappers w where w.account = v.account), '[]') as wrappers
     from portal_vaults v where account = $1`,
    [account],
  );
  const [vault] = rows;
  if (vault === undefined) throw notFound();
  return {
    version: vault.version,
    sealed: vault.sealed,
    wrappers: vault.wrappers.map(({ wrapper, kind, credential, salt, wrapped, created }) => ({
      id: bytesOf(wrapper, "hex"),
      kind,
      ...(credential === null ? {} : { credential: bytesOf(credential, "base64url") }),
      salt: bytesOf(salt, "hex"),
      wrapped: bytesOf(wrapped, "hex"),
      created,
    })),
  };
}

/**
 * Puts a vault in place of the version that it names, all or nothing: who saw an older one reads again. Throws `vault-conflict`, `bad-wrapper`.
 */
export async function putVault(
  { db, durable, clock }: Context,
  account: string,
  vault: PutVault,
): Promise<{ readonly version: number }> {
  const now = clock.now();
  return durable("portal.vault", () => db.transaction((tx) => replaceVault(tx, account, vault, now)));
}

/** As `putVault`, in the caller's transaction. */
export async function replaceVault(
  tx: Queryable,
  account: string,
  { version, sealed, wrappers }: PutVault,
  now: UnixSeconds,
): Promise<{ readonly version: number }> {
  const rows = await tx.query<{ version: number }>("select version from portal_vaults where account = $1", [
    account,
  ]);
  const there = rows[0]?.version ?? 0;
  if (there !== version) throw conflict(there);
  // A vault without one could never be opened again.
  if (there === 0 && wrappers === undefined) throw badWrapper();
  await tx.query(
    `insert into portal_vaults (account, version, sealed, kept_at) values ($1, $2, $3, $4)
     on conflict (account) do update set version = excluded.version, sealed = excluded.sealed, kept_at = excluded.kept_at`,
    [account, version + 1, sealed, now],
  );
  if (wrappers !== undefined) await replaceWrappers(tx, account, wrappers, now);
  return { version: version + 1 };
}

async function replaceWrappers(
  tx: Queryable,
  account: string,
  wrappers: readonly NewWrapper[],
  now: UnixSeconds,
): Promise<void> {
  const own = await tx.query<{ credential: string }>(
    "select credential from portal_passkeys where account = $1",
    [account],
  );
  const passkeys = new Set(own.map(({ credential }) => credential));
  const rows = wrappers.map(({ kind, credential, salt, wrapped }) => {
    const name = credential === undefined ? null : toBase64url(credential);
    if (kind === "passkey" ? name === null || !passkeys.has(name) : name !== null) throw badWrapper();
    const digest = createHash("sha256")
      .update(`${kind}\0${name ?? ""}\0`)
      .update(salt)
      .update(wrapped)
      .digest("hex");
    return { id: digest.slice(0, 32), kind, name, salt, wrapped };
  });
  if (rows.length > MAX_WRAPPERS) throw badWrapper();
  await tx.query("delete from portal_wrappers where account = $1 and wrapper <> all($2)", [
    account,
    rows.map(({ id }) => id),
  ]);
  for (const { id, kind, name, salt, wrapped } of rows) {
    await tx.query(
      `insert into portal_wrappers (account, wrapper, kind, credential, salt, wrapped, created)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (account, wrapper) do nothing`,
      [account, id, kind, name, salt, wrapped, now],
    );
  }
}

function conflict(version: number): AnamnesisError<"vault-conflict"> {
  return new AnamnesisError({
    code: "vault-conflict",
    rule: "A vault takes the place of the version that it names.",
    fix: "Read the vault again, make the change in that one, and put it.",
    meta: { version },
  });
}

function badWrapper(): AnamnesisError<"bad-wrapper"> {
  return new AnamnesisError({
    code: "bad-wrapper",
    rule: "A vault has at least one wrapper of its key; one of kind passkey names a passkey of the account, others none.",
    fix: "Send all wrappers that are to stay, each once.",
  });
}
