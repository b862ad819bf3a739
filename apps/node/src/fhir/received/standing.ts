import { decideRecords, type DecisionRequest, type LedgerState } from "@anamnesis/core/consent/decide";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { ActorId, Address } from "@anamnesis/core/ids";
import type { Requester } from "@anamnesis/core/release/releaseRequest";
import { type Looked, lookUp, stateFrom } from "../../access/lookUp.ts";
import type { NodeContext } from "../../context.ts";
import type { KeptAuthority } from "./authorityStore.ts";

type StandingContext = Pick<NodeContext, "db" | "copy" | "clock" | "settings" | "organisation">;

/** Who asks at this node, as the directory has it now. */
export interface Asker {
  readonly requester: NonNullable<Requester>;
  readonly signer: Address;
  readonly actor: LedgerState["actor"];
}

/**
 * The person or device behind a login; `null` as actor: the organisation itself, which is the grantee of consents to it and of no others. `null` when this node's
 * directory does not know it.
 */
export async function askerOf(
  { copy, organisation }: Pick<NodeContext, "copy" | "organisation">,
  actor: ActorId | null,
): Promise<Asker | null> {
  if (actor === null) {
    const member = await copy.member(organisation);
    if (member === null) return null;
    const { signer, keyCard } = member;
    return {
      requester: { actor: organisation as string as ActorId, organisation, keyCard },
      signer,
      actor: {
        organisation,
        // Roles count for emergencies alone, which an organisation does not declare.
        role: "device",
        signer,
        keyCard,
        earlierKeyCards: [],
        memberActive: member.status === "active",
      },
    };
  }
  const row = await copy.actor(actor);
  if (row === null) return null;
  const { signer, keyCard } = row;
  const history = await copy.actorHistory(actor);
  const earlierKeyCards = history.map((one) => one.keyCard).filter((card) => card !== keyCard);
  return {
    requester: { actor, organisation, keyCard },
    signer,
    actor: row.active ? { ...row, earlierKeyCards } : null,
  };
}

/** What is decided on; the segment is the one of the opening. */
export type ShownHere = Pick<KeptAuthority, "authority" | "opening" | "segment">;

export type Decided = ReturnType<typeof decideRecords>;

/** Decides for one asker what it may read under each of these, for a purpose, with one look at the ledger's copy for all of them. */
export class Standing {
  readonly #looked: Looked;

  private constructor(looked: Looked) {
    this.#looked = looked;
  }

  /** Throws `custody-not-ready` while the copy of the ledger is not complete. */
  static async of(context: StandingContext, kept: readonly ShownHere[]): Promise<Standing> {
    return new Standing(
      await lookUp(
        context,
        kept.map(({ segment, opening, authority }) => ({ segment, owner: opening.owner, authority })),
      ),
    );
  }

  decide(asker: Asker, kept: ShownHere, purpose: Purpose): Decided {
    return decideRecords(requestOf(asker, kept, purpose), kept.authority, this.stateFor(asker, kept));
  }

  stateFor(asker: Asker, { authority, opening, segment }: ShownHere): LedgerState {
    return stateFrom(this.#looked, { segment, owner: opening.owner, authority }, asker.actor);
  }
}

export function requestOf(
  { requester, signer }: Asker,
  { opening, segment }: Pick<ShownHere, "opening" | "segment">,
  purpose: Purpose,
): DecisionRequest {
  return { signer, requester, action: "read", purpose, segment, kind: opening.kind };
}
