import { dayOf, type RecordId } from "@anamnesis/core/ids";
import { endorsersNamed } from "@anamnesis/sdk/endorsersNamed";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { sealResources } from "@anamnesis/sdk/seal";
import { notPermitted, prepareWriting } from "@anamnesis/sdk/writing/prepareWriting";
import { recordsOf } from "@anamnesis/sdk/writing/toSeal";
import type { WorkerMethods } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, staffKeys } from "../session.ts";
import { admission, ownOrganisation } from "./admission.ts";
import { inLane } from "./journals.ts";
import { asOpened } from "./sealed.ts";

/**
 * Makes the resource, seals it here with the doctor's own key, and brings it to the own organisation's node: when it resolves, it is on that node's disk.
 * Throws `bad-writing`, `not-permitted`, `other-area`, and what `sealResources` throws; the same draft again writes nothing twice.
 */
export const write: WorkerMethods["write"] = async (parameters) => {
  const { consents, draft, about, writing, stricter, amending } = parameters;
  const keys = staffKeys();
  const all = await consortium();
  const organisation = ownOrganisation();
  const name = organisationName(all, organisation);
  const admitted = await admission(consents);
  if (admitted === null) throw notPermitted();
  const time = new Date(browserRuntime.now() * 1000).toISOString();
  const author = { actor: actorOf(keys), name: keys.card.name, organisation: name };
  const node = connect(browserRuntime, self.location.origin, httpSigner(keys.ed25519));
  // What others had to sign, they have to sign anew.
  const endorsers = amending === null ? null : await endorsersNamed(node, amending.record as RecordId);
  const { kind, resources, sealing } = prepareWriting({
    writing,
    draft,
    time,
    author,
    patient: about,
    stricter,
    amending,
    endorsers,
    admission: admitted,
  });
  const result = await inLane("staff", async ({ journal }) =>
    sealResources({
      runtime: browserRuntime,
      identity: all.identity,
      node,
      device: keys,
      organisation,
      admission: admitted,
      committee: all.committee,
      resources: sealing,
      journal,
    }),
  );
  const items = asOpened(resources, recordsOf(result, sealing), {
    kind,
    organisation,
    organisationName: name,
    day: dayOf(browserRuntime.now()),
    byOwner: false,
    author: keys.card.name,
    amends: amending?.record ?? null,
    cosign:
      endorsers === null
        ? null
        : {
            needed: endorsers.threshold,
            asked: endorsers.organisations.map((id) => organisationName(all, id)),
          },
  });
  return { items, kind, at: { id: organisation, name } };
};
