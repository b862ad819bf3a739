import type { UnixSeconds } from "../ids.ts";
import type { DelegationBody } from "./delegation.ts";
import type { Exception } from "./terms.ts";

/** About consents alone: a proxy that asks itself passes nothing on, and one that signed a consent did. */
const NEVER_FOR_OTHERS: Exception = {
  resourceTypes: [],
  actions: ["reshare"],
  purposes: [],
  dataFrom: null,
  dataTo: null,
};

/**
 * A delegation by which a device reads what its owner may read and lets nobody else: the owner is an account that signs what people read, such as a wallet's, and
 * requests are signed for each batch of records. No consent that the device signs under it counts.
 */
export function readingDelegation(
  about: Pick<DelegationBody, "segment" | "proxy" | "proxyName" | "salt" | "revoker"> & {
    readonly notBefore: UnixSeconds;
    readonly notAfter: UnixSeconds;
  },
): DelegationBody {
  return {
    ...about,
    mayRead: true,
    resourceTypes: ["*"],
    actions: ["read"],
    purposes: ["PATRQT"],
    dataFrom: null,
    dataTo: null,
    exceptions: [NEVER_FOR_OTHERS],
  };
}

/** Whether a delegation is such a one: whoever asks under it may see all that is kept for the owner. */
export function isReadingDelegation(
  body: Omit<DelegationBody, "segment" | "proxy" | "salt" | "revoker">,
): boolean {
  const { mayRead, resourceTypes, actions, purposes, dataFrom, dataTo, exceptions } = body;
  const [exception, more] = exceptions;
  return (
    mayRead &&
    isOnly(resourceTypes, "*") &&
    isOnly(actions, "read") &&
    isOnly(purposes, "PATRQT") &&
    dataFrom === null &&
    dataTo === null &&
    exception !== undefined &&
    more === undefined &&
    exception.resourceTypes.length === 0 &&
    isOnly(exception.actions, "reshare") &&
    exception.purposes.length === 0 &&
    exception.dataFrom === null &&
    exception.dataTo === null
  );
}

function isOnly(values: readonly string[], value: string): boolean {
  return values.length === 1 && values[0] === value;
}
