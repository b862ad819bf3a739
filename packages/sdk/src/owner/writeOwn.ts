import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import type { Consortium, Member } from "../consortium.ts";
import type { ImportJournal } from "../journal.ts";
import { type KeptSegment, newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { codeOf } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import { permitOrganisation } from "../permit.ts";
import type { Runtime } from "../runtime.ts";
import { type ResourceToSeal, sealResources, type SealResult } from "../seal.ts";

/** Seconds for which a home may anchor what its owner gave it; a node that is down for longer asks for the permit again. */
const ANCHORED_WITHIN = 3 * 86_400;

export interface WriteOwnParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly kind: SegmentKind;
  /** All of this kind; those that have a source are written once, see the journal. */
  readonly resources: readonly ResourceToSeal[];
  /** Of this segment. The same one for a repetition, which then goes to the same home. */
  readonly journal: ImportJournal;
  /** The home that took it the last time, where that is not known. */
  readonly home?: OrganisationId;
  /** Who takes it, before anything is sent: whoever keeps the journal keeps this beside it, and gives it as `home` for a repetition. */
  readonly onHome?: (home: OrganisationId) => Promise<void>;
}

export interface WrittenOwn extends SealResult {
  /** Who has it on the disk, and anchors it. */
  readonly home: OrganisationId;
}

/**
 * Seals what a segment's owner writes and brings it to one of the segment's homes, whose node keeps, spreads and anchors it as it does its own. The header names the segment itself as
 * author and carries the owner's signature. A content, sealed, has at most `MAX_OWNERS_CONTENT` bytes.
 *
 * Each segment goes alone, under its own request key: no home learns here which segments are one person's.
 *
 * Throws `homes-unreachable`, and `wallet-owns` for a segment that a wallet owns, before anything is sent, `content-too-large`, and what `sealResources` throws.
 */
export async function writeOwn(parameters: WriteOwnParameters): Promise<WrittenOwn> {
  const { runtime, consortium, keys, kind, resources, journal } = parameters;
  const { identity, committee } = consortium;
  const segment = segmentOf(keys, kind);
  if (segment.wallet !== undefined) throw walletOwns();
  const home = await homeThatAnswers(parameters, segment);
  const { organisation } = home;
  await parameters.onHome?.(organisation);
  const notAfter = (runtime.now() + ANCHORED_WITHIN) as UnixSeconds;
  const { random } = runtime;
  const alone = { ...keys, segments: [segment] };
  const { secret } = ownerKeyOf(keys.root, kind);
  const result = await sealResources({
    runtime,
    identity,
    node: patientClient(runtime, keys, segment.id, home.endpoint),
    device: {
      authorIn: () => ({
        id: segment.id as string as ActorId,
        sign: (digest) => sign(digest, secret),
      }),
    },
    organisation,
    admission: await permitOrganisation({ keys: alone, identity, organisation, notAfter, random }),
    committee,
    resources,
    journal,
  });
  return { ...result, home: organisation };
}

function walletOwns(): AnamnesisError<"wallet-owns"> {
  return new AnamnesisError({
    code: "wallet-owns",
    rule: "What an owner writes is signed by the owner record by record, which no wallet shows.",
    fix: "Let the device sign again for this part, with the printed kit, and then write.",
  });
}

/** A home is chosen before anything is sent: what one may have taken is not given to another one, which would make two records of it. */
async function homeThatAnswers(
  { runtime, consortium, keys, home: before }: WriteOwnParameters,
  segment: KeptSegment,
): Promise<Member> {
  const homes = before === undefined ? newestCard(segment).body.homes : [before];
  const codes = new Set<string>();
  for (const organisation of homes) {
    const home = consortium.members.get(organisation);
    if (home?.status !== "active") continue;
    try {
      const client = patientClient(runtime, keys, segment.id, home.endpoint);
      await client.call(exchangeRoutes.segmentStates, {}, { segments: [segment.id] });
      return home;
    } catch (error) {
      codes.add(codeOf(error));
    }
  }
  throw new AnamnesisError({
    code: "homes-unreachable",
    rule: "What an owner writes goes to one of the segment's homes.",
    fix: "Try again when a home's node is up.",
    meta: { asked: homes.length, codes: [...codes].join(", ") },
  });
}
