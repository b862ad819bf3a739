/** Codes, units and ranges of the synthetic records. Code systems: SNOMED CT, ICD-10, LOINC, RxNorm, CVX, UCUM. */

export interface Analyte {
  readonly loinc: string;
  readonly display: string;
  /** UCUM. */
  readonly unit: string;
  /** Reference range of an adult, as a laboratory prints it. */
  readonly low: number;
  readonly high: number;
  /** Digits after the decimal point. */
  readonly digits: number;
  /** Computed from the panel's earlier values, by LOINC code, where they determine it. */
  readonly derived?: ((values: ReadonlyMap<string, number>) => number) | undefined;
}

export interface Panel {
  readonly loinc: string;
  readonly display: string;
  readonly analytes: readonly Analyte[];
}

function analyte(
  loinc: string,
  display: string,
  unit: string,
  low: number,
  high: number,
  digits: number,
  derived?: Analyte["derived"],
): Analyte {
  return { loinc, display, unit, low, high, digits, derived };
}

function of(values: ReadonlyMap<string, number>, loinc: string): number {
  return values.get(loinc) ?? 0;
}

const METABOLIC: Panel = {
  loinc: "51990-0",
  display: "Basic metabolic panel - Blood",
  analytes: [
    analyte("2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", 70, 99, 0),
    analyte("6299-2", "Urea nitrogen [Mass/volume] in Blood", "mg/dL", 7, 20, 0),
    analyte("38483-4", "Creatinine [Mass/volume] in Blood", "mg/dL", 0.6, 1.2, 2),
    analyte("2947-0", "Sodium [Moles/volume] in Blood", "mmol/L", 136, 145, 0),
    analyte("6298-4", "Potassium [Moles/volume] in Blood", "mmol/L", 3.5, 5.1, 1),
  ],
};

const DIABETES_CONTROL: Panel = {
  loinc: "11502-2",
  display: "Laboratory report",
  analytes: [
    analyte("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 4, 5.6, 1),
    analyte("2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", 70, 99, 0),
    analyte("38483-4", "Creatinine [Mass/volume] in Blood", "mg/dL", 0.6, 1.2, 2),
    analyte("6298-4", "Potassium [Moles/volume] in Blood", "mmol/L", 3.5, 5.1, 1),
  ],
};

const BLOOD_COUNT: Panel = {
  loinc: "58410-2",
  display: "CBC panel - Blood by Automated count",
  analytes: [
    analyte("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 4.5, 11, 1),
    analyte("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 12, 16, 1),
    // Red cells of usual haemoglobin concentration (33 g/dL) and volume (90 fL).
    analyte(
      "4544-3",
      "Hematocrit [Volume Fraction] of Blood by Automated count",
      "%",
      36,
      48,
      1,
      (values) => of(values, "718-7") * 3,
    ),
    analyte(
      "789-8",
      "Erythrocytes [#/volume] in Blood by Automated count",
      "10*6/uL",
      4,
      5.4,
      2,
      (values) => of(values, "4544-3") / 9,
    ),
    analyte("777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", 150, 400, 0),
  ],
};

const LIPIDS: Panel = {
  loinc: "57698-3",
  display: "Lipid panel with direct LDL - Serum or Plasma",
  analytes: [
    analyte(
      "18262-6",
      "Cholesterol in LDL [Mass/volume] in Serum or Plasma by Direct assay",
      "mg/dL",
      50,
      130,
      0,
    ),
    analyte("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma", "mg/dL", 40, 80, 0),
    analyte("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", "mg/dL", 50, 150, 0),
    // Friedewald: total = LDL + HDL + triglycerides / 5, all in mg/dL.
    analyte(
      "2093-3",
      "Cholesterol [Mass/volume] in Serum or Plasma",
      "mg/dL",
      125,
      200,
      0,
      (values) => of(values, "18262-6") + of(values, "2085-9") + of(values, "2571-8") / 5,
    ),
  ],
};

const THYROID: Panel = {
  loinc: "11502-2",
  display: "Laboratory report",
  analytes: [
    analyte("3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "m[IU]/L", 0.4, 4, 2),
    analyte("3024-7", "Thyroxine (T4) free [Mass/volume] in Serum or Plasma", "ng/dL", 0.8, 1.8, 2),
  ],
};

export interface Coded {
  readonly code: string;
  readonly display: string;
}

export interface Diagnosis {
  readonly snomed: Coded;
  readonly icd10: Coded;
}

export interface Medication extends Coded {
  readonly dosage: string;
}

/** One plausible course of illness: everything in it belongs together. */
export interface Case {
  readonly diagnoses: readonly Diagnosis[];
  readonly medications: readonly Medication[];
  readonly panels: readonly Panel[];
  /** Results that the illness moves out of the reference range: LOINC code, from, to. */
  readonly results: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** mm[Hg], systolic and diastolic. */
  readonly bloodPressure: {
    readonly systolic: readonly [number, number];
    readonly diastolic: readonly [number, number];
  };
  readonly procedure: Coded;
  /** What the procedure draws: heart beats, or the volume of a breath over time. */
  readonly trace: "beats" | "breath";
  readonly summary: string;
}

const NORMAL_PRESSURE = { systolic: [112, 128], diastolic: [68, 82] } as const;
const ECG: Coded = { code: "29303009", display: "Electrocardiographic procedure" };

export const CASES = {
  cardiometabolic: {
    diagnoses: [
      {
        snomed: { code: "38341003", display: "Hypertensive disorder, systemic arterial" },
        icd10: { code: "I10", display: "Essential (primary) hypertension" },
      },
      {
        snomed: { code: "44054006", display: "Diabetes mellitus type 2" },
        icd10: { code: "E11.9", display: "Type 2 diabetes mellitus without complications" },
      },
    ],
    medications: [
      {
        code: "314076",
        display: "lisinopril 10 MG Oral Tablet",
        dosage: "One tablet by mouth every morning",
      },
      {
        code: "861007",
        display: "metformin hydrochloride 500 MG Oral Tablet",
        dosage: "One tablet by mouth twice a day with meals",
      },
    ],
    panels: [DIABETES_CONTROL, LIPIDS],
    results: { "2339-0": [128, 176], "4548-4": [6.7, 8.1], "18262-6": [118, 155] },
    bloodPressure: { systolic: [138, 156], diastolic: [84, 96] },
    procedure: ECG,
    trace: "beats",
    summary: "Blood pressure above target, glycaemic control to be improved.",
  },
  asthma: {
    diagnoses: [
      {
        snomed: { code: "195967001", display: "Asthma" },
        icd10: { code: "J45.9", display: "Asthma, unspecified" },
      },
    ],
    medications: [
      {
        code: "745679",
        display: "200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler",
        dosage: "Two puffs when needed, at most every four hours",
      },
      {
        code: "895994",
        display: "120 ACTUAT fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler",
        dosage: "Two puffs twice a day",
      },
    ],
    panels: [BLOOD_COUNT, METABOLIC],
    results: { "6690-2": [6, 10.5] },
    bloodPressure: NORMAL_PRESSURE,
    procedure: { code: "127783003", display: "Spirometry" },
    trace: "breath",
    summary: "Asthma well controlled on inhaled steroid, reliever seldom needed.",
  },
  thyroid: {
    diagnoses: [
      {
        snomed: { code: "40930008", display: "Hypothyroidism" },
        icd10: { code: "E03.9", display: "Hypothyroidism, unspecified" },
      },
    ],
    medications: [
      {
        code: "966222",
        display: "levothyroxine sodium 0.075 MG Oral Tablet",
        dosage: "One tablet by mouth every morning, half an hour before breakfast",
      },
    ],
    panels: [THYROID, LIPIDS, BLOOD_COUNT],
    results: { "3016-3": [4.4, 7.8], "3024-7": [0.8, 1.1], "18262-6": [125, 160] },
    bloodPressure: NORMAL_PRESSURE,
    procedure: ECG,
    trace: "beats",
    summary: "TSH still above range, dose to be reviewed with the next result.",
  },
} as const satisfies Readonly<Record<string, Case>>;

export const ALLERGIES: readonly Coded[] = [
  { code: "91936005", display: "Allergy to penicillin" },
  { code: "300916003", display: "Allergy to latex" },
  { code: "91935009", display: "Allergy to peanut" },
];

/** CVX. */
export const VACCINES = {
  influenza: { code: "140", display: "Influenza, seasonal, injectable, preservative free" },
  tetanus: { code: "113", display: "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed" },
} as const satisfies Readonly<Record<string, Coded>>;

/** Invented names; every family name begins with Test, so that nobody takes a synthetic record for a person's. */
export const FAMILY_NAMES = [
  "Testander",
  "Testova",
  "Testmann",
  "Testwell",
  "Testigny",
  "Testoro",
  "Testbrook",
] as const;
export const GIVEN_NAMES = {
  female: ["Alva", "Brisa", "Corlie", "Demira", "Elowen"],
  male: ["Anto", "Borik", "Caspo", "Dovan", "Emrin"],
} as const;
