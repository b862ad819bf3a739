import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import { correctionWithdrawalDigest } from "@anamnesis/core/correction/correctionWithdrawal";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { concurrently } from "../concurrently.ts";
import { newestCard, segmentOf } from "../keys/patientKeys.ts";
import { codeOf } from "../ourError.ts";
import { patientClient } from "../patientClient.ts";
import { keepersOfCorrection } from "./keepersOfCorrection.ts";
import type { ListCorrectionsParameters, ListedCorrection } from "./listCorrections.ts";

export interface WithdrawnCorrection {
  /** Members whose nodes had it and mark it as withdrawn. */
  readonly kept: readonly OrganisationId[];
  /** Nodes that did not say, with the code: the author may still see it there. */
  readonly silent: readonly { readonly node: OrganisationId; readonly code: string }[];
}

/**
 * Withdraws a correction that waits, at every node that keeps it; the same again succeeds. Throws `correction-closed` when it was answered, `correction-not-found` when no node that answers has it, `unknown-segment`.
 */
export async function withdrawCorrection({
  runtime,
  consortium,
  keys,
  correction,
}: Pick<ListCorrectionsParameters, "runtime" | "consortium" | "keys"> & {
  readonly correction: Pick<ListedCorrection, "id" | "kind" | "organisation">;
}): Promise<WithdrawnCorrection> {
  const { id, kind, organisation } = correction;
  const segment = segmentOf(keys, kind);
  const { opening, wallet } = segment;
  const body = { correction: id, opening, time: runtime.now() };
  const signature = sign(correctionWithdrawalDigest(body), ownerKeyOf(keys.root, kind).secret);
  const signed =
    wallet === undefined ? { body, signature } : { body, signature, delegation: wallet.delegation };
  const kept: OrganisationId[] = [];
  const silent: WithdrawnCorrection["silent"][number][] = [];
  const { homes } = newestCard(segment).body;
  await concurrently(keepersOfCorrection(consortium, organisation, homes), 4, async (member) => {
    try {
      const client = patientClient(runtime, keys, segment.id, member.endpoint);
      await client.call(correctionRoutes.withdrawCorrection, {}, signed);
      kept.push(member.organisation);
    } catch (error) {
      const code = codeOf(error);
      if (code !== "not-found") silent.push({ node: member.organisation, code });
    }
  });
  if (silent.some(({ code }) => code === "correction-closed")) {
    throw new AnamnesisError({
      code: "correction-closed",
      rule: "A correction is answered once, or withdrawn.",
      fix: "List the corrections again: the author has answered this one.",
    });
  }
  if (kept.length > 0) return { kept, silent };
  throw new AnamnesisError({
    code: "correction-not-found",
    rule: "A correction waits at the author's node and at the homes of the record's segment.",
    fix: "List the corrections again, and try again when all nodes answer.",
    meta: { codes: [...new Set(silent.map(({ code }) => code))].join(", ") },
  });
}
