import type { Consortium } from "@anamnesis/sdk/consortium";
import type { FinishedRotation } from "@anamnesis/sdk/owner/finishRotation";
import { counted } from "../../output/format.ts";
import type { Output } from "../../output/output.ts";

/** What became of a rotation, for people and for programs. */
export function reportRotation(
  output: Output,
  { members }: Consortium,
  { keys, published, permits, permitsMissing, undelivered }: FinishedRotation,
): void {
  const nameOf = (id: (typeof permitsMissing)[number]["organisation"]): string => members.get(id)?.name ?? id;
  const taken = published.filter((item) => item.code === null);
  const nodes = new Set(taken.map((item) => item.organisation));
  const away = new Set(
    published.filter((item) => item.code !== null).map((item) => nameOf(item.organisation)),
  );
  const kept = keys.segments.flatMap((segment) =>
    segment.consents.filter((item) => item.status === "granted"),
  );
  output.line(
    `${counted(keys.segments.length, "segment")} with their next owner on the ledger and at ${counted(nodes.size, "node")}`,
  );
  output.line(`${counted(permits, "permit")} and ${counted(kept.length, "consent")} signed again`);
  if (away.size > 0) output.line(`not reached: ${[...away].join(", ")}`);
  if (permitsMissing.length > 0) {
    const names = permitsMissing.map(({ organisation, code }) => `${nameOf(organisation)} (${code})`);
    output.line(`permits not taken: ${names.join(", ")}; run \`owner finish\` when these nodes are up`);
  }
  for (const { organisation, code } of undelivered) {
    output.line(`grant not delivered to ${organisation} (${code}); run \`owner finish\` when its node is up`);
  }
  output.result({
    segments: keys.segments.length,
    nodes: nodes.size,
    notReached: [...away],
    permits,
    permitsMissing,
    consents: kept.length,
    undelivered,
  });
}
