import { type ReceivedAuthority, receivedAuthority } from "@anamnesis/api/routes/received";
import type { DecisionAuthority } from "@anamnesis/core/consent/decide";
import { sha256 } from "@anamnesis/core/crypto/sha256";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { ActorId, ConsentId, OrganisationId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { SegmentOpening } from "@anamnesis/core/segment/segmentId";
import { decisionAuthority } from "../../access/requesterState.ts";
import type { NodeContext } from "../../context.ts";

/** What somebody of this organisation showed, as the decision takes it. */
export interface KeptAuthority {
  readonly actor: ActorId;
  readonly consent: ConsentId;
  readonly segment: SegmentId;
  readonly opening: SegmentOpening;
  readonly authority: DecisionAuthority;
  /** Id of the parent or delegation on which the consent hangs, as it was shown; empty for none. */
  readonly link: ConsentId | "";
  readonly keptAt: UnixSeconds;
}

interface AuthorityRow {
  readonly actor: ActorId;
  readonly consent: ConsentId;
  readonly segment: SegmentId;
  readonly authority: Uint8Array;
  readonly link: ConsentId | "";
  readonly kept_at: UnixSeconds;
  readonly [column: string]: unknown;
}

const COLUMNS = "actor, consent, link, segment, authority, kept_at";
const MOST_REMEMBERED = 20_000;

type ReadContext = Pick<NodeContext, "db" | "ledger">;

/** Those that an actor of this organisation can ask by: its own, and those of consents whose grantee is the organisation; the same documents once. */
export async function authoritiesOf(
  context: ReadContext,
  actor: ActorId | null,
  organisation: OrganisationId,
): Promise<readonly KeptAuthority[]> {
  const rows = await context.db.query<AuthorityRow>(
    `select distinct on (consent, authority) ${COLUMNS} from received_authorities
     where actor = $1 or grantee = $2 order by consent, authority, actor`,
    [actor ?? "", organisation],
  );
  return rows.map((row) => decoded(context, row));
}

/** All of this node. */
export async function allAuthorities(context: ReadContext): Promise<readonly KeptAuthority[]> {
  const rows = await context.db.query<AuthorityRow>(
    `select ${COLUMNS} from received_authorities order by actor, consent, link`,
  );
  return rows.map((row) => decoded(context, row));
}

/** Of the same documents the newest ones count: a new owner signs them again. */
export async function keepAuthority(
  tx: Queryable,
  { actor, consent, link, segment, keptAt }: Omit<KeptAuthority, "opening" | "authority">,
  shown: ReceivedAuthority,
): Promise<void> {
  const grantee = shown.consent?.body.grantee ?? "";
  await tx.query(
    `insert into received_authorities (actor, consent, link, grantee, segment, authority, kept_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (actor, consent, link) do update set authority = excluded.authority, kept_at = excluded.kept_at
       where received_authorities.authority <> excluded.authority`,
    [actor, consent, link, grantee, segment, receivedAuthority.encode(shown), keptAt],
  );
}

/** Signatures are recovered once for each process and document: a search looks at all of them. */
const remembered = new WeakMap<object, Map<string, DecisionAuthority>>();

function decoded(context: ReadContext, row: AuthorityRow): KeptAuthority {
  const { actor, consent, link, segment, kept_at: keptAt } = row;
  const shown = receivedAuthority.decode(row.authority);
  const known = remembered.get(context.db) ?? new Map<string, DecisionAuthority>();
  remembered.set(context.db, known);
  const digest = toHex(sha256(row.authority));
  let authority = known.get(digest);
  if (authority === undefined) {
    authority = decisionAuthority(context, shown);
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(digest, authority);
  }
  return { actor, consent, link, segment, opening: shown.opening, authority, keptAt };
}
