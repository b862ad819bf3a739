import type { Purpose } from "@anamnesis/core/consent/terms";
import type { OwnRule } from "@anamnesis/fhir-server/access/access";

/** What a role may do with what the organisation wrote itself, and for which purposes. */
export interface RoleRules {
  readonly purposes: readonly Purpose[];
  readonly read: readonly OwnRule[];
  readonly write: readonly OwnRule[];
}

/** The organisation's own treatment rules by role: what no rule permits is denied, and a role that is not named has none. */
export type BasePolicy = ReadonlyMap<string, RoleRules>;

const EVERYTHING: OwnRule = { types: "*", kinds: "*" };
const WHO_SOMEBODY_IS: OwnRule = { types: ["Patient"], kinds: ["general"] };

/**
 * Where the configuration says nothing: who treats, and the organisation's own systems, read and write all of its records; an auditor reads who looked at what; the portal's front desk registers and finds Patients. Nobody does
 * anything for another purpose.
 */
export const DEFAULT_POLICY: BasePolicy = new Map<string, RoleRules>([
  ["practitioner", { purposes: ["TREAT", "ETREAT"], read: [EVERYTHING], write: [EVERYTHING] }],
  ["system", { purposes: ["TREAT", "HOPERAT"], read: [EVERYTHING], write: [EVERYTHING] }],
  ["auditor", { purposes: ["HOPERAT"], read: [{ types: ["AuditEvent"], kinds: "*" }], write: [] }],
  ["desk", { purposes: ["HOPERAT"], read: [WHO_SOMEBODY_IS], write: [WHO_SOMEBODY_IS] }],
]);

const NOTHING: Pick<RoleRules, "read" | "write"> = { read: [], write: [] };

export function rulesOf(
  policy: BasePolicy,
  role: string,
  purpose: Purpose,
): Pick<RoleRules, "read" | "write"> {
  const rules = policy.get(role);
  return rules?.purposes.includes(purpose) === true ? rules : NOTHING;
}
