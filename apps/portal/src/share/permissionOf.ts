import type { Exception, Purpose } from "@anamnesis/core/consent/terms";
import type { Day, UnixSeconds } from "@anamnesis/core/ids";
import { granteeName } from "../meaning/accessSentence.ts";
import type { Permission } from "../meaning/permission.ts";
import { meaningEn } from "../words/meaning.en.ts";

/** What the worker says of one or several consents of one signing. */
export interface SharedTerms {
  readonly granteeName: string;
  /** `null` for the reader's own. */
  readonly organisationName: string | null;
  readonly parts: Permission["parts"];
  readonly purposes: readonly string[];
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  readonly exceptions?: readonly Exception[];
  readonly notAfter: number;
}

/** The same as the sentences take it: one sentence for the choice, the list, and the reader's banner. */
export function permissionOf(terms: SharedTerms): Permission {
  const { granteeName: name, organisationName, parts, purposes, dataFrom, dataTo, notAfter } = terms;
  return {
    grantee: granteeName(name, organisationName === name ? null : organisationName, meaningEn),
    parts,
    actions: ["read"],
    purposes: purposes as readonly Purpose[],
    dataFrom: dataFrom as Day | null,
    dataTo: dataTo as Day | null,
    exceptions: terms.exceptions ?? [],
    notBefore: null,
    notAfter: notAfter as UnixSeconds,
  };
}
