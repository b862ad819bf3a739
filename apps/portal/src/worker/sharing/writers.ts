import { writersOf } from "@anamnesis/sdk/owner/writersOf";
import type { SharingMethods } from "../protocol/sharing.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, organisationName, patientKeys } from "../session.ts";

export const writers: SharingMethods["writers"] = async () => {
  const all = await consortium();
  const found = await writersOf({ runtime: browserRuntime, consortium: all, keys: patientKeys() });
  return {
    writers: found.writers.map(({ organisation, notAfter }) => {
      return { id: organisation, name: organisationName(all, organisation), notAfter };
    }),
    silent: found.silent.map(({ organisation }) => organisationName(all, organisation)),
  };
};
