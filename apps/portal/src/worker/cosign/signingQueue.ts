import { endorsementQueue, type WaitingEndorsement } from "@anamnesis/sdk/endorsementQueue";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { CosignMethods, Queued } from "../protocol/cosign.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, session, staffKeys } from "../session.ts";
import { ownOrganisation } from "../writing/admission.ts";
import { askedOf } from "./asked.ts";
import { rememberDeclined } from "./passOn.ts";
import { saidNo } from "./saidNo.ts";

/** As the own node has read the ledger, for whoever works there; what was declined is asked of all who may know, and checked here. */
export const signingQueue: CosignMethods["signingQueue"] = async () => {
  const { admin, actor } = session().vault.content;
  const all = await consortium();
  const own = actor === null ? null : ownOrganisation();
  const secret = actor?.ed25519 ?? admin ?? staffKeys().ed25519;
  const queue = await endorsementQueue(connect(browserRuntime, self.location.origin, httpSigner(secret)));
  const asked = [...queue.waiting, ...queue.own].map(
    (one) => askedOf([one.record])[0] ?? { ...one, body: null, readersSeed: null, kc: null },
  );
  const no = await saidNo(all, asked);
  const inWords = async (one: WaitingEndorsement): Promise<Queued> => {
    const names = (ids: readonly string[]): readonly string[] => ids.map((id) => organisationName(all, id));
    return {
      record: one.record,
      author: organisationName(all, one.organisation),
      needed: one.threshold,
      signed: names(one.endorsed),
      missing: names(one.endorsers.filter((id) => !one.endorsed.includes(id))),
      declined: await no.of(one.record, one.endorsed),
      since: one.since,
      declinedHere: own !== null && [...one.declined, ...no.by(one.record)].includes(own),
    };
  };
  const waiting = await Promise.all(queue.waiting.map(inWords));
  rememberDeclined(waiting.filter(({ declinedHere }) => declinedHere).map(({ record }) => record));
  return {
    organisation: own === null ? "" : organisationName(all, own),
    waiting,
    own: await Promise.all(queue.own.map(inWords)),
    silent: no.silent,
    unchecked: no.unchecked,
  };
};
