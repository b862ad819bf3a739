import { AnamnesisError } from "@anamnesis/core/errors";
import { enrol } from "@anamnesis/sdk/enrol";
import { printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { renewKit } from "@anamnesis/sdk/owner/renewKit";
import type { Who } from "../protocol.ts";
import type { ShownKit } from "../protocol/keys.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, session, unfinishedKeys } from "../session.ts";
import { who } from "../unlock.ts";
import { saveContent } from "../vaultStore.ts";
import { dueOf } from "./dueOf.ts";
import { withoutSeeds } from "./withoutSeeds.ts";

/** The kit that is not on paper yet. Throws `no-kit`. */
export async function kit(): Promise<ShownKit> {
  const { kit: seed, rotating } = session().vault.content;
  if (seed === undefined) throw noKit();
  return { text: printRecoveryKit(seed), replaces: rotating !== undefined };
}

/**
 * Who typed the last group has the kit on paper. Of a new patient the first cards leave now, and then the seed goes; of one who recovered the owners begin to change to those of the
 * new kit, and both seeds go. Throws `no-kit`, `wrong-group`, and what `enrol` and `renewKit` throw.
 */
export async function confirmKit({ typed }: { readonly typed: string }): Promise<Who> {
  const { text } = await kit();
  const { content } = session().vault;
  if (dueOf(content) !== "kit") throw noKit();
  if (typed.trim().toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1") !== text.slice(-4))
    throw wrongGroup();
  const all = await consortium();
  const { rotating, homes } = content;
  if (rotating === undefined) {
    // The vault has these keys already: the same come of the same kit.
    await enrol({
      runtime: browserRuntime,
      consortium: all,
      homes,
      recoveryKit: text,
      save: async () => undefined,
    });
    await saveContent(withoutSeeds(content));
    return who();
  }
  const patient = await renewKit({
    identity: all.identity,
    keys: unfinishedKeys(),
    recoveryKit: printRecoveryKit(rotating.seed),
    nextKit: text,
  });
  await saveContent({ ...withoutSeeds(content), patient });
  return who();
}

function noKit(): AnamnesisError<"no-kit"> {
  return new AnamnesisError({
    code: "no-kit",
    rule: "A kit is shown until it is on paper, and never again.",
    fix: "Go on: yours was confirmed.",
  });
}

function wrongGroup(): AnamnesisError<"wrong-group"> {
  return new AnamnesisError({
    code: "wrong-group",
    rule: "The last group of the kit shows that it is on paper.",
    fix: "Look again at your paper.",
  });
}
