import type { Client } from "@anamnesis/api/client";
import { type DeclineWish, recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { hasCode } from "@anamnesis/core/errors";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import type { OrganisationId } from "@anamnesis/core/ids";
import {
  type Decline,
  declineDigest,
  declineOpening,
  MAX_DECLINE_RECIPIENTS,
  openDecline,
  sealDecline,
} from "@anamnesis/core/record/decline";
import { bodyLabel } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { authorCards } from "./authorCards.ts";
import { concurrently } from "./concurrently.ts";
import type { Consortium } from "./consortium.ts";
import { isTheirDecline } from "./isTheirDecline.ts";
import type { ActorKeys } from "./keys/actorKeys.ts";
import { codeOf, ourError } from "./ourError.ts";
import type { ReadToEndorse } from "./readToEndorse.ts";
import { askerOf } from "./requests/askAccess.ts";
import { connect, httpSigner, type Runtime } from "./runtime.ts";

export interface DeclineParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** Of a practitioner or a member of staff of an organisation that was to co-sign it. */
  readonly keys: ActorKeys;
  readonly read: ReadToEndorse;
  /** At most 500 characters, for the author and for whoever opens the record. */
  readonly reason: string;
}

/**
 * Somebody's signed word that their organisation does not co-sign a record, sealed to whoever opens it and to the author's people. It is made once; what is sent again are the same bytes.
 * Throws `bad-field` for a reason that is empty, too long or has hidden characters, `no-organisation`.
 */
export async function makeDecline(parameters: DeclineParameters): Promise<DeclineWish> {
  const { runtime, keys, read, reason } = parameters;
  const { header, opened } = read.wish;
  const { organisation, author } = header.body.core;
  const named = {
    organisation,
    record: recordIdOf(header.body.U),
    label: bodyLabel(header.body),
    decliner: askerOf(keys),
    time: runtime.now(),
  };
  const cards = await authorCards(parameters, { organisation, author }, MAX_DECLINE_RECIPIENTS);
  const outside = { ...named, opened: declineOpening(opened, named) };
  const body = await sealDecline(outside, reason, { readersSeed: read.readersSeed, author: cards });
  return { header, decline: { body, signature: sign(declineDigest(body), keys.secp256k1) }, opened };
}

export interface Declined {
  /** Organisations whose nodes keep it, the own one first. */
  readonly kept: readonly OrganisationId[];
  /** Those that were to have it too and have not taken it, with the code: readers ask the own node too. */
  readonly missing: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

interface LeaveParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: ActorKeys;
  /** The decliner's own organisation's. */
  readonly node: Client;
  readonly read: ReadToEndorse;
}

/**
 * Leaves a decline at the own node, which has it on its disk when it answers, then at the author's and at those of all others who were to co-sign the record. After a kill in between a word that is made anew
 * is refused by the own node; then the one that it keeps goes to the others, and that is all when it says the same.
 *
 * Throws what the own node answers: `not-found`, `not-endorser`, `not-authorised`, `already-endorsed`, `already-declined` (by somebody else of the organisation, or for another reason).
 */
export async function leaveDecline(
  parameters: LeaveParameters & { readonly wish: DeclineWish },
): Promise<Declined> {
  const { node, read, wish } = parameters;
  try {
    await node.call(recordVerbRoutes.putDecline, {}, wish);
  } catch (error) {
    if (!hasCode(error, "already-declined")) throw error;
    const earlier = await passOnDecline(parameters);
    if (earlier === null || !(await saySame(earlier.decline, wish.decline, read))) throw error;
    return earlier;
  }
  return leaveAtOthers(parameters, wish);
}

/** Brings the word of the own organisation that the own node keeps of this record to all others that were to have it, where the same again changes nothing; `null`: there is none. Throws what the own node answers. */
export async function passOnDecline(
  parameters: LeaveParameters,
): Promise<(Declined & { readonly decline: Decline }) | null> {
  const { consortium, keys, node, read } = parameters;
  const { header, opened } = read.wish;
  const own = askerOf(keys).organisation;
  const about = {
    organisation: header.body.core.organisation,
    endorsers: read.opened.endorsers?.organisations ?? [],
    body: header.body,
    kc: opened,
  };
  const { declines } = await node.call(
    recordVerbRoutes.listDeclines,
    {},
    { records: [recordIdOf(header.body.U)] },
  );
  const decline = declines.find(
    (one) => one.body.decliner.organisation === own && isTheirDecline(consortium, about, one),
  );
  if (decline === undefined) return null;
  return { ...(await leaveAtOthers(parameters, { header, decline, opened })), decline };
}

async function leaveAtOthers(
  { runtime, consortium, keys, read }: LeaveParameters,
  wish: DeclineWish,
): Promise<Declined> {
  const { organisation, decliner } = wish.decline.body;
  const kept = [decliner.organisation];
  const missing: Declined["missing"][number][] = [];
  const all = new Set([organisation, ...(read.opened.endorsers?.organisations ?? [])]);
  all.delete(decliner.organisation);
  await concurrently([...all], 4, async (id) => {
    const endpoint = consortium.members.get(id)?.endpoint;
    if (endpoint === undefined) return;
    try {
      await connect(runtime, endpoint, httpSigner(keys.ed25519)).call(recordVerbRoutes.putDecline, {}, wish);
      kept.push(id);
    } catch (error) {
      missing.push({ organisation: id, code: codeOf(error) });
    }
  });
  return { kept, missing };
}

async function saySame(earlier: Decline, later: Decline, { readersSeed }: ReadToEndorse): Promise<boolean> {
  if (earlier.body.decliner.actor !== later.body.decliner.actor) return false;
  try {
    return (await openDecline(earlier.body, readersSeed)) === (await openDecline(later.body, readersSeed));
  } catch (error) {
    ourError(error);
    return false;
  }
}
