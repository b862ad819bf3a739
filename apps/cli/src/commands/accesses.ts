import type { Client } from "@anamnesis/api/client";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { granteeAccess, ownerAccess, type SegmentAccess } from "@anamnesis/sdk/access";
import { type Consortium, loadConsortium } from "@anamnesis/sdk/consortium";
import { listGrants } from "@anamnesis/sdk/listGrants";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { readActorKeys, readPatientKeys } from "../files/keyFiles.ts";
import { systemRuntime } from "../runtime.ts";
import { chosenKinds, personalLock } from "./options.ts";

export interface AccessFlags {
  readonly node: string;
  /** The patient's key file, or else the actor's. */
  readonly keys?: string;
  readonly actor?: string;
  readonly kind?: readonly SegmentKind[];
}

/** The segments that a key file opens: all of the patient's own, or one for each grant that waits at the actor's node. */
export async function accessesOf(flags: AccessFlags): Promise<{
  readonly consortium: Consortium;
  readonly accesses: readonly SegmentAccess[];
  /** The actor's own node, with the actor as signer; `null` for a patient. */
  readonly node: Client | null;
}> {
  const kinds = chosenKinds(flags.kind);
  const lock = await personalLock();
  const consortiumOf = (): Promise<Consortium> =>
    loadConsortium({ runtime: systemRuntime, endpoint: flags.node });
  if (flags.keys !== undefined) {
    const keys = await readPatientKeys(flags.keys, lock);
    const accesses = kinds.map((kind) => ownerAccess(keys, kind));
    return { consortium: await consortiumOf(), accesses, node: null };
  }
  const keys = await readActorKeys(flags.actor ?? "", lock);
  const consortium = await consortiumOf();
  const node = connect(systemRuntime, flags.node, httpSigner(keys.ed25519));
  const { grants } = await listGrants({ node, keys, identity: consortium.identity });
  const accesses = grants
    .filter(({ content }) => kinds.includes(content.opening.kind))
    .map(({ content }) => granteeAccess(keys, content));
  return { consortium, accesses, node };
}
