import type { MeaningWords } from "../words/meaning.en.ts";
import { formatList, type Locale } from "./locale.ts";

type Form = keyof MeaningWords["medicines"]["forms"];

/** RxNorm's names of forms, the longer before the shorter. */
const FORMS: readonly (readonly [RegExp, Form])[] = [
  [/(?:extended|sustained|delayed) release (?:oral )?tablet\b/i, "slowTablet"],
  [/(?:extended|sustained|delayed) release (?:oral )?capsule\b/i, "slowCapsule"],
  [/\btablet\b/i, "tablet"],
  [/\bcapsule\b/i, "capsule"],
  [/\b(?:inhaler|inhalation|inhalant)\b/i, "inhaler"],
  [/\bintrauterine\b/i, "intrauterine"],
  [/\bimplant\b/i, "implant"],
  [/\b(?:injection|injectable|prefilled|auto-?injector|pen injector)\b/i, "injection"],
  [/\bvaginal ring\b/i, "ring"],
  [/\b(?:patch|transdermal)\b/i, "patch"],
  [/\bsuppository\b/i, "suppository"],
  [/\bspray\b/i, "spray"],
  [/\b(?:drops|ophthalmic solution|otic solution)\b/i, "drops"],
  [/\b(?:cream|ointment|topical)\b/i, "cream"],
  [/\b(?:solution|suspension|syrup|elixir)\b/i, "liquid"],
  [/\bpack\b/i, "pack"],
];

/** An ingredient with its strength: "metoprolol succinate 100 MG", "albuterol 0.09 MG/ACTUAT". */
const INGREDIENT =
  /^(.*?\p{L}.*?)\s+(\d+(?:\.\d+)?(?:\/\d+(?:\.\d+)?)?)\s*(MG|MCG|UG|G|ML|UNT|MEQ|%|IU)(?:\/(ML|ACTUAT|HR))?\b\s*(.*)$/iu;

const UNITS: Readonly<Record<string, string>> = {
  mg: "mg",
  mcg: "µg",
  ug: "µg",
  g: "g",
  ml: "mL",
  unt: "IU",
  iu: "IU",
  meq: "mEq",
};

export interface MedicineName {
  /** "Ramipril 5 mg, tablet". */
  readonly name: string;
  /** "Ramipril 5 mg". */
  readonly short: string;
}

/**
 * A medicine's name as on its box: "Metoprolol succinate 100 mg (Toprol), slow-release tablet". RxNorm's clinical names are taken apart; the numbers
 * stay as they are. Any other text stays as it is, but for its unit.
 */
export function medicineName(text: string, words: MeaningWords, locale: Locale): MedicineName {
  const { medicines } = words;
  const brand = /\[([^\]]+)\]\s*$/.exec(text)?.[1] ?? null;
  const bare = text
    .replace(/\s*\[[^\]]*\]\s*$/, "")
    .replace(/^\d+(?:\.\d+)?\s+(?:HR|ACTUAT|ML|MG)\s+/i, "")
    .trim();
  const parts = bare.split(" / ").map((part) => INGREDIENT.exec(part));
  const rest = parts.at(-1)?.[5] ?? "";
  const form = rest === "" ? null : (FORMS.find(([pattern]) => pattern.test(rest))?.[1] ?? null);
  const known = parts.flatMap((part) => (part === null ? [] : [part]));
  // What is not understood whole stays as it was written: "0.12/0.015 MG per 24HR" is no 0.12 mg.
  if (known.length !== parts.length || /\d/.test(rest) || (rest !== "" && form === null)) {
    const name = words.capitalised(withBrand(bare.replace(/(\d)\s?MG\b/g, "$1 mg"), brand, words));
    return { name, short: name };
  }
  const names = known.map(([, name = "", number = "", unit = "", per]) => {
    return medicines.strength(name, strength(number, unit.toLowerCase(), per?.toUpperCase() ?? null, words));
  });
  const short = withBrand(words.capitalised(formatList(names, locale)), brand, words);
  return { name: form === null ? short : medicines.form(short, medicines.forms[form]), short };
}

function strength(number: string, unit: string, per: string | null, { medicines }: MeaningWords): string {
  const each = `${number} ${UNITS[unit] ?? unit}`;
  if (per === "ACTUAT") return medicines.perDose(each);
  if (per === "ML") return medicines.perMillilitre(each);
  return per === "HR" ? medicines.perHour(each) : medicines.each(each);
}

function withBrand(name: string, brand: string | null, { medicines }: MeaningWords): string {
  return brand === null || brand.trim() === "" ? name : medicines.brand(name, brand.trim());
}
