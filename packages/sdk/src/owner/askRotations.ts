import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { ownedSegment, ownerKeyOf, requestKeySecret, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { readRecoveryKit } from "../keys/recoveryKit.ts";
import { codeOf } from "../ourError.ts";
import { connect, httpSigner, type Runtime } from "../runtime.ts";
import type { KnownRotation } from "./recoverKeys.ts";

export interface AskRotationsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly recoveryKit: string;
}

export interface AskedRotations {
  readonly rotations: readonly KnownRotation[];
  readonly silent: readonly { readonly organisation: OrganisationId; readonly code: string }[];
}

/**
 * The ledger's rotations of whatever a kit may lead to, for who cannot read the ledger: of its segments and of those that its first owners took over. A rotation counts
 * when as many custodians as the threshold say the same, so that a single one neither invents nor hides one. Throws `bad-recovery-kit`, `too-few-custodians`.
 */
export async function askRotations(parameters: AskRotationsParameters): Promise<AskedRotations> {
  const { runtime, consortium, recoveryKit } = parameters;
  const { custodians, threshold } = consortium.committee;
  const seed = readRecoveryKit(recoveryKit);
  const [first, second] = [rootOfSeed(seed, 0), rootOfSeed(seed, 1)];
  seed.fill(0);
  const segments = SEGMENT_KINDS.map(
    (kind) => ownedSegment(first, ownerKeyOf(second, kind).publicKey, kind).id,
  );
  const owners = SEGMENT_KINDS.map((kind) => ownerKeyOf(first, kind).address);
  const signer = httpSigner(requestKeySecret(first, segments[0] as (typeof segments)[number]));
  const silent: { organisation: OrganisationId; code: string }[] = [];
  const said = new Map<string, { rotation: KnownRotation; by: number }>();
  await concurrently(custodians, 4, async ({ organisation }) => {
    const endpoint = consortium.members.get(organisation)?.endpoint;
    try {
      if (endpoint === undefined) return;
      const { rotations } = await connect(runtime, endpoint, signer).call(
        exchangeRoutes.rotations,
        {},
        { segments, owners },
      );
      const names = new Map(rotations.map((rotation) => [nameOf(rotation), rotation]));
      for (const [name, rotation] of names) {
        said.set(name, { rotation, by: (said.get(name)?.by ?? 0) + 1 });
      }
    } catch (error) {
      silent.push({ organisation, code: codeOf(error) });
    }
  });
  if (custodians.length - silent.length < threshold) throw tooFew(silent.length);
  const rotations = [...said.values()].filter(({ by }) => by >= threshold).map(({ rotation }) => rotation);
  return { rotations: rotations.sort((a, b) => a.generation - b.generation), silent };
}

function nameOf({ segment, generation, newOwner }: KnownRotation): string {
  return `${segment} ${generation} ${newOwner}`;
}

function tooFew(silent: number): AnamnesisError<"too-few-custodians"> {
  return new AnamnesisError({
    code: "too-few-custodians",
    rule: "What the ledger says is taken from as many custodians as the threshold.",
    fix: "Try again when more of the organisations answer.",
    meta: { silent },
  });
}
