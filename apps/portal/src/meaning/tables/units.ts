/**
 * UCUM codes that occur in laboratories and at the bedside, how each is printed for a professional, and the key of its words.
 *
 * The codes are of the Unified Code for Units of Measure (UCUM, https://ucum.org), copyright © Regenstrief Institute, Inc., used under
 * the UCUM Copyright Notice and License (https://ucum.org/license).
 */
const TABLE = {
  "mmol/L": ["mmol/L", "mmolPerLitre"],
  "umol/L": ["µmol/L", "umolPerLitre"],
  "nmol/L": ["nmol/L", "nmolPerLitre"],
  "pmol/L": ["pmol/L", "pmolPerLitre"],
  "mmol/mol": ["mmol/mol", "mmolPerMol"],
  "mg/dL": ["mg/dL", "mgPerDecilitre"],
  "ug/dL": ["µg/dL", "ugPerDecilitre"],
  "ng/dL": ["ng/dL", "ngPerDecilitre"],
  "g/dL": ["g/dL", "gPerDecilitre"],
  "g/L": ["g/L", "gPerLitre"],
  "mg/L": ["mg/L", "mgPerLitre"],
  "ug/L": ["µg/L", "ugPerLitre"],
  "ng/mL": ["ng/mL", "ngPerMillilitre"],
  "pg/mL": ["pg/mL", "pgPerMillilitre"],
  "ng/L": ["ng/L", "ngPerLitre"],
  "ug/mL": ["µg/mL", "ugPerMillilitre"],
  "mg/mL": ["mg/mL", "mgPerMillilitre"],
  "mg/g": ["mg/g", "mgPerGram"],
  "mg/g{creat}": ["mg/g", "mgPerGram"],
  "mg/mmol": ["mg/mmol", "mgPerMillimole"],
  "U/L": ["U/L", "unitsPerLitre"],
  "[IU]/L": ["IU/L", "intUnitsPerLitre"],
  "m[IU]/L": ["mIU/L", "milliUnitsPerLitre"],
  "mU/L": ["mU/L", "milliUnitsPerLitre"],
  "u[IU]/mL": ["µIU/mL", "microUnitsPerMillilitre"],
  "10*3/uL": ["×10³/µL", "thousandPerMicrolitre"],
  "10*9/L": ["×10⁹/L", "billionPerLitre"],
  "10*6/uL": ["×10⁶/µL", "millionPerMicrolitre"],
  "10*12/L": ["×10¹²/L", "trillionPerLitre"],
  fL: ["fL", "femtolitres"],
  pg: ["pg", "picograms"],
  "%": ["%", "percent"],
  "mL/min": ["mL/min", "mlPerMinute"],
  "mL/min/{1.73_m2}": ["mL/min/1.73 m²", "mlPerMinuteArea"],
  "mm[Hg]": ["mmHg", "mmMercury"],
  "/min": ["/min", "perMinute"],
  "{beats}/min": ["/min", "perMinute"],
  "{breaths}/min": ["/min", "perMinute"],
  Cel: ["°C", "celsius"],
  "[degF]": ["°F", "fahrenheit"],
  kg: ["kg", "kilograms"],
  g: ["g", "grams"],
  mg: ["mg", "milligrams"],
  ug: ["µg", "micrograms"],
  "[lb_av]": ["lb", "pounds"],
  m: ["m", "metres"],
  cm: ["cm", "centimetres"],
  mm: ["mm", "millimetres"],
  "[in_i]": ["in", "inches"],
  "kg/m2": ["kg/m²", "kgPerSquareMetre"],
  L: ["L", "litres"],
  mL: ["mL", "millilitres"],
  "mm/h": ["mm/h", "mmPerHour"],
  s: ["s", "seconds"],
  min: ["min", "minutes"],
  h: ["h", "hours"],
  d: ["d", "days"],
  wk: ["wk", "weeks"],
  mo: ["mo", "months"],
  a: ["a", "years"],
} as const;

export type UnitKey = (typeof TABLE)[keyof typeof TABLE][1];

export interface KnownUnit {
  readonly short: string;
  readonly key: UnitKey;
}

export const UNITS: ReadonlyMap<string, KnownUnit> = new Map(
  Object.entries(TABLE).map(([code, [short, key]]) => [code, { short, key }]),
);
