import { MAX_DECLINES_ASKED, recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import type { ActorId, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import {
  type Decline,
  declineDigest,
  openDecline,
  openDeclineAsAuthor,
} from "@anamnesis/core/record/decline";
import type { RecordBody } from "@anamnesis/core/record/header";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { concurrently } from "./concurrently.ts";
import type { Consortium } from "./consortium.ts";
import { type ActorKeys, cardDigestOf } from "./keys/actorKeys.ts";
import { isTheirDecline } from "./isTheirDecline.ts";
import { ourError } from "./ourError.ts";
import { connect, httpSigner, type Runtime } from "./runtime.ts";

/** A record of which one wants to know who declined it. */
export interface AskedDecline {
  readonly record: RecordId;
  /** Whose record it is. */
  readonly organisation: OrganisationId;
  /** Those who were to co-sign it: somebody else's word is none. */
  readonly endorsers: readonly OrganisationId[];
  /** Of a record that was opened: its word is then held against this very header; `null` for who has not opened it. */
  readonly body: RecordBody | null;
  /** Holds it against what the decliner opened, see `OpenedRecord`; `null` for who has not opened the record. */
  readonly kc: Uint8Array | null;
  /** Opens the reason, see `OpenedRecord`; `null` for who has not opened the record. */
  readonly readersSeed: Uint8Array | null;
}

/** A decline whose signature was checked. */
export interface FoundDecline {
  readonly record: RecordId;
  /** Whose person declined. */
  readonly organisation: OrganisationId;
  readonly actor: ActorId;
  readonly time: UnixSeconds;
  /** `null`: it is sealed to others. */
  readonly reason: string | null;
}

export interface FoundDeclines {
  /** Oldest first, each once. */
  readonly declines: readonly FoundDecline[];
  /** Organisations whose nodes did not answer: one of them may have a decline that nobody else has. */
  readonly silent: readonly OrganisationId[];
  /** Words of which no copy is signed by somebody whom the directory knows so, or that are about another header. */
  readonly bad: number;
}

/**
 * Who declined these records, from everybody who keeps such words: their authors' nodes and those of all who were to co-sign them, since each keeps what its own people said. One question for each node and
 * 16 records. What one hides the others show; signatures are checked here.
 *
 * @param staff somebody of the author, to whom a reason may be sealed.
 */
export async function listDeclines(parameters: {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly records: readonly AskedDecline[];
  readonly staff?: ActorKeys | null;
}): Promise<FoundDeclines> {
  const { runtime, consortium, records, staff = null } = parameters;
  const asked = new Map(records.map((one) => [one.record, one]));
  const found = new Map<string, { readonly one: Decline; readonly about: AskedDecline }>();
  const bad = new Set<string>();
  // Each copy is checked by itself: a keeper that garbles a signature hides nothing that another one shows.
  const take = (one: Decline): void => {
    const about = asked.get(one.body.record);
    const name = toHex(declineDigest(one.body));
    if (about !== undefined && isTheirDecline(consortium, about, one)) found.set(name, { one, about });
    else bad.add(name);
  };
  const silent: OrganisationId[] = [];
  // A key of this one question: who reads which record is nobody's business.
  const signer = httpSigner(runtime.random(32));
  await concurrently(keepersOf(records), 4, async ([organisation, ids]) => {
    const endpoint = consortium.members.get(organisation)?.endpoint;
    if (endpoint === undefined) return;
    const node = connect(runtime, endpoint, signer);
    try {
      for (let from = 0; from < ids.length; from += MAX_DECLINES_ASKED) {
        const some = ids.slice(from, from + MAX_DECLINES_ASKED);
        const answer = await node.call(recordVerbRoutes.listDeclines, {}, { records: some });
        for (const one of answer.declines) take(one);
      }
    } catch (error) {
      ourError(error);
      silent.push(organisation);
    }
  });
  const good: FoundDecline[] = [];
  for (const { one, about } of found.values()) {
    const { record, decliner, time } = one.body;
    const reason = await reasonOf(one, about, staff);
    good.push({ record, organisation: decliner.organisation, actor: decliner.actor, time, reason });
  }
  return {
    declines: good.toSorted((a, b) => a.time - b.time),
    silent,
    bad: [...bad].filter((name) => !found.has(name)).length,
  };
}

/** Records to ask for, by whose node. */
function keepersOf(
  records: readonly AskedDecline[],
): readonly (readonly [OrganisationId, readonly RecordId[]])[] {
  const found = new Map<OrganisationId, RecordId[]>();
  for (const { record, organisation, endorsers } of records) {
    for (const at of new Set([organisation, ...endorsers])) found.set(at, [...(found.get(at) ?? []), record]);
  }
  return [...found];
}

async function reasonOf(
  { body }: Decline,
  { readersSeed }: AskedDecline,
  staff: ActorKeys | null,
): Promise<string | null> {
  try {
    if (readersSeed !== null) return await openDecline(body, readersSeed);
    return staff === null ? null : await openDeclineAsAuthor(body, cardDigestOf(staff), staff.kem);
  } catch (error) {
    ourError(error);
    // Sealed so that it does not open: the word stands without its reason.
    return null;
  }
}
