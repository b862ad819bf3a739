/**
 * LOINC codes that laboratories and clinics commonly send, the plain name that each stands for, and what was examined. The names
 * themselves are in the catalogue of words. Several codes share a name where they differ in method or specimen alone; values
 * are compared by their code, never by the name.
 *
 * This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. and the Logical Observation
 * Identifiers Names and Codes (LOINC) Committee and is available at no cost under the license at http://loinc.org/license. LOINC® is a
 * registered United States trademark of Regenstrief Institute, Inc.
 */
export type Specimen = "blood" | "urine" | "stool" | "other" | "none";

const TABLE = {
  blood: {
    potassium: "6298-4 2823-3",
    sodium: "2947-0 2951-2",
    chloride: "2069-3 2075-0",
    calcium: "49765-1 17861-6",
    magnesium: "19123-9 2601-3",
    phosphate: "2777-1",
    carbonDioxide: "20565-8 2028-9",
    bicarbonate: "1963-8",
    glucose: "2339-0 2345-7 15074-8",
    fastingGlucose: "1558-6",
    hba1c: "4548-4 17856-6 59261-8",
    ureaNitrogen: "6299-2 3094-0",
    urea: "22664-7 3091-6",
    creatinine: "38483-4 2160-0 14682-9",
    kidneyFiltration: "33914-3 48642-3 62238-1 98979-8 69405-9 88293-6 48643-1",
    uricAcid: "3084-1 14933-6",
    cholesterol: "2093-3 14647-2",
    ldl: "18262-6 13457-7 2089-1 22748-8",
    hdl: "2085-9 14646-4",
    nonHdl: "43396-1",
    triglycerides: "2571-8 14927-8",
    haemoglobin: "718-7 59260-0 30313-1",
    haematocrit: "4544-3 20570-8",
    redCells: "789-8 26453-1",
    whiteCells: "6690-2 26464-8",
    platelets: "777-3 26515-7",
    plateletVolume: "32623-1 776-5",
    plateletWidth: "32207-3",
    redCellVolume: "787-2 30428-7",
    redCellHaemoglobin: "785-6",
    redCellConcentration: "786-4",
    redCellWidth: "21000-5 788-0 30384-2 30385-9",
    neutrophils: "751-8 26499-4",
    lymphocytes: "731-0 26474-7",
    monocytes: "742-7",
    eosinophils: "711-2",
    basophils: "704-7",
    protein: "2885-2",
    albumin: "1751-7",
    globulin: "10834-0",
    bilirubin: "1975-2 14631-6",
    alkalinePhosphatase: "6768-6",
    alt: "1742-6",
    ast: "1920-8",
    ggt: "2324-2",
    ldh: "2532-0 14804-9",
    lipase: "3040-3",
    amylase: "1798-8",
    crp: "1988-5 30522-7",
    bloodSedimentation: "4537-7 30341-2",
    tsh: "3016-3 11580-8",
    freeT4: "3024-7",
    freeT3: "3051-0",
    ferritin: "2276-4",
    iron: "2498-4",
    transferrin: "3034-6",
    vitaminB12: "2132-9",
    folate: "2284-8",
    vitaminD: "1989-3 62292-8",
    psa: "2857-1",
    ntProBnp: "33762-6",
    bnp: "30934-4 42637-9",
    troponin: "10839-9 6598-7 67151-1 89579-7",
    creatineKinase: "2157-6",
    inr: "6301-6 34714-6",
    prothrombinTime: "5902-2",
    dDimer: "48065-7",
    lactate: "2524-7",
    bloodGroup: "883-9 882-1",
  },
  urine: {
    urineAlbumin: "14959-1 9318-7 13705-9 14958-3 14957-5",
    urineProtein: "2888-6 20454-5 5804-0",
    urineGlucose: "5792-7 25428-4",
    urineBlood: "5794-3",
    urineWhiteCells: "5799-2",
    urineNitrite: "5802-4",
    urineAcidity: "5803-2",
  },
  stool: { hiddenBlood: "57905-2 29771-3 2335-8 14563-1" },
  none: {
    bloodPressure: "85354-9 55284-4 35094-2",
    systolic: "8480-6",
    diastolic: "8462-4",
    heartRate: "8867-4",
    breathingRate: "9279-1",
    temperature: "8310-5 8331-1 8328-7",
    oxygen: "2708-6 59408-5",
    height: "8302-2 3137-7",
    weight: "29463-7 3141-9",
    bodyMass: "39156-5",
    headSize: "9843-4 8287-5",
    waist: "56086-2 8280-0",
    steps: "41950-7 55423-8",
    pain: "72514-3 38208-5",
    smoking: "72166-2",
    alcoholScore: "75626-2",
    memoryScore: "72106-8",
    depressionScore: "44261-6 55758-7",
    anxietyScore: "70274-6",
    lungRatio: "19926-5",
    lungVolume: "20150-9",
    heartPumping: "10230-1",
    polypSize: "33756-8",
    deathCause: "69453-9",
    orientation: "76690-7",
    hivStatus: "55277-8",
    abuseStatus: "28245-9",
    housing: "71802-3",
    insurance: "63513-6",
    earlierStays: "46240-8",
  },
} as const;

type Groups = typeof TABLE;
export type AnalyteKey = { [group in keyof Groups]: keyof Groups[group] }[keyof Groups];

export interface LoincName {
  readonly key: AnalyteKey;
  readonly specimen: Specimen;
}

export const LOINC_NAMES: ReadonlyMap<string, LoincName> = new Map(
  Object.entries(TABLE).flatMap(([specimen, names]) =>
    Object.entries(names as Readonly<Record<string, string>>).flatMap(([key, codes]) =>
      codes
        .split(" ")
        .map((code): [string, LoincName] => [
          code,
          { key: key as AnalyteKey, specimen: specimen as Specimen },
        ]),
    ),
  ),
);

/** What was examined by the panels whose name does not say it. Same source. */
export const PANEL_SPECIMENS: ReadonlyMap<string, Specimen> = new Map<string, Specimen>(
  "57698-3 24331-1 58410-2 57021-8 51990-0 24321-2 24323-8 24320-4 24325-3 24326-1 24362-6 24348-5"
    .split(" ")
    .map((code) => [code, "blood"]),
);
