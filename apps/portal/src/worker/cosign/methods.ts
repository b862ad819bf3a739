import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { leaveDecline, makeDecline } from "@anamnesis/sdk/decline";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import type { CosignMethods } from "../protocol/cosign.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, staffKeys } from "../session.ts";
import { cosigned } from "./cosigned.ts";
import { readOf } from "./read.ts";
import { readQueue } from "./readQueue.ts";
import { signingQueue } from "./signingQueue.ts";

/** The node has the signature on its disk when it resolves; the same again changes nothing. */
const signQueued: CosignMethods["signQueued"] = async ({ record }) => {
  const { read } = readOf(record);
  const node = connect(browserRuntime, self.location.origin, httpSigner(staffKeys().ed25519));
  await node.call(recordVerbRoutes.endorseRecord, {}, read.wish);
};

const declineQueued: CosignMethods["declineQueued"] = async ({ record, reason }) => {
  const one = readOf(record);
  const keys = staffKeys();
  const all = await consortium();
  const common = { runtime: browserRuntime, consortium: all, keys };
  if (one.declined?.reason !== reason) {
    one.declined = { reason, wish: await makeDecline({ ...common, read: one.read, reason }) };
  }
  const { wish } = one.declined;
  const node = connect(browserRuntime, self.location.origin, httpSigner(keys.ed25519));
  const { kept, missing } = await leaveDecline({ ...common, node, read: one.read, wish });
  return {
    kept: kept.map((id) => organisationName(all, id)),
    missing: missing.map(({ organisation }) => organisationName(all, organisation)),
  };
};

export const cosignMethods: CosignMethods = { cosigned, signingQueue, readQueue, signQueued, declineQueued };
