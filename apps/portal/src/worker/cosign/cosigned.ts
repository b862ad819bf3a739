import { standingRoutes } from "@anamnesis/api/routes/standing";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { CosignMethods } from "../protocol/cosign.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName } from "../session.ts";
import { askedOf } from "./asked.ts";
import { saidNo } from "./saidNo.ts";
import { standingOf } from "./standingOf.ts";

/** Two questions at most for however many records: who signed, to the own node; who declined, once to each node that may have such a word, of those that are not final. */
export const cosigned: CosignMethods["cosigned"] = async ({ records }) => {
  const asked = askedOf(records);
  if (asked.length === 0) return { records: [], silent: [], unchecked: 0 };
  const all = await consortium();
  const node = connect(browserRuntime, self.location.origin, httpSigner(browserRuntime.random(32)));
  const ids = asked.map(({ record }) => record);
  const { standings } = await node.call(standingRoutes.recordStandings, {}, { records: ids });
  const known = asked.map((one, i) => ({ one, ...standingOf(one, standings[i] ?? null) }));
  const open = known.filter(({ state }) => state !== "final").map(({ one }) => one);
  const no = await saidNo(all, open);
  const names = (organisations: readonly string[]): readonly string[] =>
    organisations.map((id) => organisationName(all, id));
  return {
    records: await Promise.all(
      known.map(async ({ one, state, signed }) => ({
        record: one.record,
        state,
        needed: one.threshold,
        signed: names(signed),
        missing: names(one.endorsers.filter((id) => !signed.includes(id))),
        declined: await no.of(one.record, signed),
      })),
    ),
    silent: no.silent,
    unchecked: no.unchecked,
  };
};
