import { isObject, type Resource } from "../resource.ts";
import type { Plain } from "./written.ts";
import { requireInstant } from "./written.ts";

/**
 * An organisation's Patient with what the person says about themselves (`writePersonalDetails`) in the place of the same details: name, birth date, first phone and e-mail, first address, language. All else stays as it is, the
 * organisation's own numbers first of all; what the person left empty stays too. Looks at no form: what stands where nobody expects it stays. Throws `bad-writing` for a time that is none.
 *
 * @param time of writing: FHIR instant.
 */
export function correctedPatient(earlier: Resource, proposed: Resource, time: string): Resource {
  const name = firstOf(proposed["name"]);
  const birthDate = proposed["birthDate"];
  const address = firstOf(proposed["address"]);
  const language = firstOf(proposed["communication"]);
  const telecom = listOf(proposed["telecom"]);
  const meta = isObject(earlier["meta"]) ? earlier["meta"] : {};
  // A version of a server's own is not this one.
  const { versionId: _, ...kept } = meta;
  return {
    ...earlier,
    meta: { ...kept, lastUpdated: requireInstant(time) },
    ...(name === null ? {} : { name: withName(listOf(earlier["name"]), name) }),
    ...(typeof birthDate === "string" ? { birthDate } : {}),
    ...(telecom.length === 0 ? {} : { telecom: telecom.reduce(withContact, listOf(earlier["telecom"])) }),
    ...(address === null ? {} : { address: withAddress(listOf(earlier["address"]), address) }),
    ...(language === null ? {} : { communication: withLanguage(listOf(earlier["communication"]), language) }),
  };
}

/** The official name, or the usual one, or the first: as the form that the person filled in shows it. */
function withName(names: readonly unknown[], { text, family, given }: Plain): readonly unknown[] {
  const shown = names.findIndex((one) => isObject(one) && ["official", "usual"].includes(String(one["use"])));
  const at = Math.max(0, shown);
  const before = names[at];
  const { text: whole, family: _, given: __, ...kept } = isObject(before) ? before : { use: "usual" };
  const next = {
    ...kept,
    ...(whole === undefined ? {} : { text }),
    ...(family === undefined ? {} : { family }),
    ...(given === undefined ? {} : { given }),
  };
  return names.length === 0 ? [next] : names.with(at, next);
}

function withContact(all: readonly unknown[], { system, value }: Plain): readonly unknown[] {
  const at = all.findIndex((one) => isObject(one) && one["system"] === system);
  const before = all[at];
  return isObject(before) ? all.with(at, { ...before, value }) : [...all, { system, value }];
}

/** What was known of another place, such as its district or where on the map it is, is not known of this one. */
function withAddress(all: readonly unknown[], next: Plain): readonly unknown[] {
  const [before, ...others] = all;
  if (!isObject(before)) return [next];
  const same = ["line", "city", "postalCode", "country"].every(
    (part) => JSON.stringify(before[part] ?? null) === JSON.stringify(next[part] ?? null),
  );
  if (same) return all;
  const { use, type } = before;
  return [
    { ...next, ...(use === undefined ? {} : { use }), ...(type === undefined ? {} : { type }) },
    ...others,
  ];
}

function withLanguage(all: readonly unknown[], next: Plain): readonly unknown[] {
  const code = codeOf(next);
  return codeOf(all[0]) === code ? all : [next, ...all.filter((one) => codeOf(one) !== code)];
}

function codeOf(communication: unknown): unknown {
  const language = isObject(communication) ? communication["language"] : null;
  return firstOf(isObject(language) ? language["coding"] : null)?.["code"];
}

function listOf(value: unknown): readonly Plain[] {
  return Array.isArray(value) ? (value as readonly Plain[]) : [];
}

function firstOf(value: unknown): Plain | null {
  const [first] = listOf(value);
  return isObject(first) ? first : null;
}
