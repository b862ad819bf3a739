import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Purpose } from "@anamnesis/core/consent/terms";
import { TYPE_NOUNS } from "@anamnesis/core/consent/typeNouns";
import type { DataKind } from "../meaning/areas.ts";
import type { AnalyteKey } from "../meaning/tables/loinc.ts";
import type { AllergyKey, ProblemKey, ProcedureKey, VisitKey } from "../meaning/tables/snomed.ts";
import type { UnitKey } from "../meaning/tables/units.ts";
import type { VaccineKey } from "../meaning/tables/vaccines.ts";

const plural = new Intl.PluralRules("en");

function counted(count: number, one: string, other: string): string {
  return `${count} ${plural.select(count) === "one" ? one : other}`;
}

/** The first letter as at the start of a sentence; a name such as eGFR or pH stays as it is. */
function capitalised(text: string): string {
  return /^\p{Ll}(?!\p{Lu})/u.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
}

/** The first letter as within a sentence; an abbreviation stays as it is. */
function lowered(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}

const SMALL = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
  "thirteen",
  "fourteen",
  "fifteen",
  "sixteen",
  "seventeen",
  "eighteen",
  "nineteen",
  "twenty",
];

/** A small count as a word, as people write it. */
function small(count: number): string {
  return SMALL[count] ?? String(count);
}

function ofUnit(one: string, other: string): (count: number) => string {
  return (count) => (plural.select(count) === "one" ? one : other);
}

function perUnit(one: string, other: string, per: string): (count: number) => string {
  return (count) => `${plural.select(count) === "one" ? one : other} per ${per}`;
}

function always(text: string): () => string {
  return () => text;
}

const units = {
  mmolPerLitre: perUnit("millimole", "millimoles", "litre"),
  umolPerLitre: perUnit("micromole", "micromoles", "litre"),
  nmolPerLitre: perUnit("nanomole", "nanomoles", "litre"),
  pmolPerLitre: perUnit("picomole", "picomoles", "litre"),
  mmolPerMol: perUnit("millimole", "millimoles", "mole"),
  mgPerDecilitre: perUnit("milligram", "milligrams", "decilitre"),
  ugPerDecilitre: perUnit("microgram", "micrograms", "decilitre"),
  ngPerDecilitre: perUnit("nanogram", "nanograms", "decilitre"),
  gPerDecilitre: perUnit("gram", "grams", "decilitre"),
  gPerLitre: perUnit("gram", "grams", "litre"),
  mgPerLitre: perUnit("milligram", "milligrams", "litre"),
  ugPerLitre: perUnit("microgram", "micrograms", "litre"),
  ngPerMillilitre: perUnit("nanogram", "nanograms", "millilitre"),
  pgPerMillilitre: perUnit("picogram", "picograms", "millilitre"),
  ngPerLitre: perUnit("nanogram", "nanograms", "litre"),
  ugPerMillilitre: perUnit("microgram", "micrograms", "millilitre"),
  mgPerMillilitre: perUnit("milligram", "milligrams", "millilitre"),
  mgPerGram: perUnit("milligram", "milligrams", "gram"),
  mgPerMillimole: perUnit("milligram", "milligrams", "millimole"),
  unitsPerLitre: perUnit("unit", "units", "litre"),
  intUnitsPerLitre: perUnit("international unit", "international units", "litre"),
  milliUnitsPerLitre: perUnit("milli-unit", "milli-units", "litre"),
  microUnitsPerMillilitre: perUnit("micro-unit", "micro-units", "millilitre"),
  thousandPerMicrolitre: always("thousand per microlitre"),
  billionPerLitre: always("billion per litre"),
  millionPerMicrolitre: always("million per microlitre"),
  trillionPerLitre: always("million million per litre"),
  femtolitres: ofUnit("femtolitre", "femtolitres"),
  picograms: ofUnit("picogram", "picograms"),
  percent: always("percent"),
  mlPerMinute: perUnit("millilitre", "millilitres", "minute"),
  mlPerMinuteArea: perUnit("millilitre", "millilitres", "minute for an average body size"),
  mmMercury: always("millimetres of mercury"),
  perMinute: always("per minute"),
  celsius: ofUnit("degree Celsius", "degrees Celsius"),
  fahrenheit: ofUnit("degree Fahrenheit", "degrees Fahrenheit"),
  kilograms: ofUnit("kilogram", "kilograms"),
  grams: ofUnit("gram", "grams"),
  milligrams: ofUnit("milligram", "milligrams"),
  micrograms: ofUnit("microgram", "micrograms"),
  pounds: ofUnit("pound", "pounds"),
  metres: ofUnit("metre", "metres"),
  centimetres: ofUnit("centimetre", "centimetres"),
  millimetres: ofUnit("millimetre", "millimetres"),
  inches: ofUnit("inch", "inches"),
  kgPerSquareMetre: perUnit("kilogram", "kilograms", "square metre"),
  litres: ofUnit("litre", "litres"),
  millilitres: ofUnit("millilitre", "millilitres"),
  mmPerHour: perUnit("millimetre", "millimetres", "hour"),
  seconds: ofUnit("second", "seconds"),
  minutes: ofUnit("minute", "minutes"),
  hours: ofUnit("hour", "hours"),
  days: ofUnit("day", "days"),
  weeks: ofUnit("week", "weeks"),
  months: ofUnit("month", "months"),
  years: ofUnit("year", "years"),
} satisfies Readonly<Record<UnitKey, (count: number) => string>>;

/** As they stand within a sentence. */
const analytes = {
  potassium: "potassium",
  sodium: "sodium",
  chloride: "chloride",
  calcium: "calcium",
  magnesium: "magnesium",
  phosphate: "phosphate",
  carbonDioxide: "carbon dioxide",
  bicarbonate: "bicarbonate",
  glucose: "blood sugar",
  fastingGlucose: "blood sugar before eating",
  hba1c: "long-term blood sugar (HbA1c)",
  ureaNitrogen: "urea nitrogen",
  urea: "urea",
  creatinine: "creatinine",
  kidneyFiltration: "kidney filtration (eGFR)",
  uricAcid: "uric acid",
  cholesterol: "total cholesterol",
  ldl: "LDL cholesterol",
  hdl: "HDL cholesterol",
  nonHdl: "non-HDL cholesterol",
  triglycerides: "triglycerides",
  haemoglobin: "haemoglobin",
  haematocrit: "share of red cells (haematocrit)",
  redCells: "red blood cells",
  whiteCells: "white blood cells",
  platelets: "platelets",
  plateletVolume: "size of platelets (MPV)",
  plateletWidth: "spread of platelet sizes (PDW)",
  redCellVolume: "size of red cells (MCV)",
  redCellHaemoglobin: "haemoglobin in a red cell (MCH)",
  redCellConcentration: "haemoglobin concentration in red cells (MCHC)",
  redCellWidth: "spread of red cell sizes (RDW)",
  neutrophils: "neutrophils",
  lymphocytes: "lymphocytes",
  monocytes: "monocytes",
  eosinophils: "eosinophils",
  basophils: "basophils",
  protein: "protein",
  albumin: "albumin",
  globulin: "globulin",
  bilirubin: "bilirubin",
  alkalinePhosphatase: "alkaline phosphatase",
  alt: "liver value ALT",
  ast: "liver value AST",
  ggt: "liver value GGT",
  ldh: "lactate dehydrogenase (LDH)",
  lipase: "lipase",
  amylase: "amylase",
  crp: "sign of inflammation (CRP)",
  bloodSedimentation: "blood sedimentation",
  tsh: "thyroid control (TSH)",
  freeT4: "thyroid hormone (free T4)",
  freeT3: "thyroid hormone (free T3)",
  ferritin: "iron store (ferritin)",
  iron: "iron",
  transferrin: "transferrin",
  vitaminB12: "vitamin B12",
  folate: "folate",
  vitaminD: "vitamin D",
  psa: "prostate value (PSA)",
  ntProBnp: "heart strain (NT-proBNP)",
  bnp: "heart strain (BNP)",
  troponin: "heart muscle value (troponin)",
  creatineKinase: "muscle value (CK)",
  inr: "blood clotting (INR)",
  prothrombinTime: "blood clotting time",
  dDimer: "clot marker (D-dimer)",
  lactate: "lactate",
  bloodGroup: "blood group",
  urineAlbumin: "albumin in urine",
  urineProtein: "protein in urine",
  urineGlucose: "sugar in urine",
  urineBlood: "blood in urine",
  urineWhiteCells: "white blood cells in urine",
  urineNitrite: "nitrite in urine",
  urineAcidity: "acidity of urine (pH)",
  hiddenBlood: "hidden blood in stool",
  bloodPressure: "blood pressure",
  systolic: "upper blood pressure",
  diastolic: "lower blood pressure",
  heartRate: "pulse",
  breathingRate: "breaths",
  temperature: "body temperature",
  oxygen: "oxygen in the blood",
  height: "height",
  weight: "weight",
  bodyMass: "body mass index",
  headSize: "head size",
  waist: "waist",
  steps: "steps",
  pain: "pain, from 0 to 10",
  smoking: "smoking",
  alcoholScore: "alcohol questionnaire (AUDIT-C)",
  memoryScore: "memory test (MMSE)",
  depressionScore: "depression questionnaire",
  anxietyScore: "anxiety questionnaire",
  lungRatio: "lung function (FEV1/FVC)",
  lungVolume: "lung function (FEV1)",
  heartPumping: "pumping of the heart (ejection fraction)",
  polypSize: "size of the polyp",
  deathCause: "cause of death",
  orientation: "sexual orientation",
  hivStatus: "HIV status",
  abuseStatus: "signs of abuse",
  housing: "housing",
  insurance: "health insurance",
  earlierStays: "earlier stays and visits",
} satisfies Readonly<Record<AnalyteKey, string>>;

const visits = {
  checkUp: "Check-up",
  forSymptom: "Visit for a complaint",
  forProblem: "Visit for a health problem",
  prenatal: "Pregnancy check-up",
  postnatal: "Check-up after birth",
  consultation: "Consultation about treatment",
  emergency: "Emergency visit",
  inHospital: "Stay in hospital",
  obstetricEmergency: "Emergency stay in pregnancy",
  asthmaFollowUp: "Asthma check-up",
  followUp: "Follow-up visit",
  outpatientProcedure: "Visit for a procedure",
  practice: "Visit",
  deathCertificate: "Death certified",
  rehabilitation: "Stay for rehabilitation",
  atHome: "Visit at home",
  surgery: "Stay for surgery",
  vaccination: "Vaccination visit",
} satisfies Readonly<Record<VisitKey, string>>;

const problems = {
  highBloodPressure: "High blood pressure",
  diabetes: "Diabetes",
  diabetes2: "Type 2 diabetes",
  diabetes1: "Type 1 diabetes",
  prediabetes: "Prediabetes",
  asthma: "Asthma",
  underactiveThyroid: "Underactive thyroid",
  anxiety: "Anxiety disorder",
  depression: "Depression",
  anaemia: "Anaemia",
  obesity: "Obesity",
  severeObesity: "Severe obesity",
  raisedSugar: "Raised blood sugar",
  raisedFats: "Raised blood fats",
  metabolicSyndrome: "Metabolic syndrome",
  stroke: "Stroke",
  heartFailure: "Heart failure",
  atrialFibrillation: "Irregular heartbeat (atrial fibrillation)",
  coronary: "Coronary heart disease",
  heartAttack: "Heart attack",
  kidney: "Chronic kidney disease",
  copd: "Chronic bronchitis with narrow airways (COPD)",
  sinusitis: "Sinus infection",
  viralSinusitis: "Viral sinus infection",
  chronicSinusitis: "Long-lasting sinus infection",
  bacterialSinusitis: "Bacterial sinus infection",
  soreThroat: "Sore throat from a virus",
  strepThroat: "Sore throat from streptococci",
  bronchitis: "Acute bronchitis",
  earInfection: "Middle ear infection",
  hayFever: "Hay fever",
  lastingHayFever: "Allergic cold all year",
  pregnancy: "Pregnancy",
  miscarriage: "Miscarriage",
  alzheimer: "Alzheimer's disease",
  bladderInfection: "Bladder infection",
  repeatedBladderInfection: "Repeated urinary infections",
  colonPolyp: "Polyp in the bowel",
  epilepsy: "Epilepsy",
  seizures: "Seizures",
  ankleSprain: "Sprained ankle",
  forearmCut: "Cut on the forearm",
  thighCut: "Cut on the thigh",
  appendicitis: "Appendicitis",
  burstAppendix: "Burst appendix",
  wisdomTeeth: "Impacted molars",
  mildBurn: "First-degree burn",
  concussion: "Concussion",
  diabeticEyes: "Diabetic eye disease",
  appendixRemoved: "Appendix removed earlier",
  oneSeizure: "A single seizure earlier",
} satisfies Readonly<Record<ProblemKey, string>>;

const allergies = {
  noneKnown: "No known allergies",
  penicillin: "Penicillin",
  latex: "Latex",
  peanut: "Peanuts",
  nuts: "Nuts",
  treePollen: "Tree pollen",
  grassPollen: "Grass pollen",
  mould: "Mould",
  dustMite: "House dust mites",
  animalHair: "Animal hair and skin",
  shellfish: "Shellfish",
  fish: "Fish",
  beeVenom: "Bee stings",
  soya: "Soya",
  milk: "Milk products",
  egg: "Eggs",
  wheat: "Wheat",
} satisfies Readonly<Record<AllergyKey, string>>;

const procedures = {
  medicineReview: "Medicines reviewed",
  ecg: "Heart tracing (ECG)",
  lungTest: "Lung function test",
  colonoscopy: "Bowel examination (colonoscopy)",
  chestXray: "X-ray of the chest",
  woundStitched: "Wound stitched",
  heartRhythmShock: "Heart rhythm reset (cardioversion)",
  heartAblation: "Heart rhythm treatment (ablation)",
  throatSwab: "Throat swab",
  depressionCheck: "Check for depression",
  babyHeartbeat: "Baby's heartbeat checked",
  wombHeight: "Growth of the womb measured",
  pregnancyTest: "Pregnancy test",
  ultrasoundBaby: "Ultrasound of the baby",
  heartUltrasound: "Ultrasound of the heart",
  bloodCells: "Blood cells counted",
  bloodFilm: "Blood looked at under a microscope",
  childbirth: "Birth of a child",
  caesarean: "Caesarean section",
  appendixRemoved: "Appendix removed",
  generalExamination: "General examination",
  injection: "Injection into a muscle",
} satisfies Readonly<Record<ProcedureKey, string>>;

/** As they stand within a sentence. */
const vaccines = {
  flu: "flu vaccine",
  covid: "COVID-19 vaccine",
  tetanusDiphtheria: "tetanus-diphtheria vaccine",
  tetanusDiphtheriaCough: "tetanus-diphtheria-whooping cough vaccine",
  tetanus: "tetanus vaccine",
  polio: "polio vaccine",
  childhoodCombined: "combined childhood vaccine",
  measles: "measles-mumps-rubella vaccine",
  chickenpox: "chickenpox vaccine",
  shingles: "shingles vaccine",
  hepatitisA: "hepatitis A vaccine",
  hepatitisB: "hepatitis B vaccine",
  hepatitisAB: "hepatitis A+B vaccine",
  hib: "Hib vaccine",
  meningitis: "meningococcal vaccine",
  pneumonia: "pneumococcal vaccine",
  hpv: "HPV vaccine",
  rotavirus: "rotavirus vaccine",
  rabies: "rabies vaccine",
  yellowFever: "yellow fever vaccine",
  typhoid: "typhoid vaccine",
  tickEncephalitis: "tick-borne encephalitis vaccine",
  rsv: "RSV vaccine",
} satisfies Readonly<Record<VaccineKey, string>>;

/** Nouns of each kind of data, as they are listed in a sentence about what may be read. */
const dataKinds = {
  laboratory: {
    title: "Laboratory results",
    hint: "Blood and urine tests, reports of examinations, and what was measured at visits",
    nouns: ["laboratory results", "examination reports", "measurements"],
  },
  medicines: {
    title: "Medicines and allergies",
    hint: "What you take and took, and what you do not tolerate",
    nouns: ["medicines", "allergies"],
  },
  visits: {
    title: "Visits and diagnoses",
    hint: "Visits, stays, health problems, treatments, vaccines, plans and orders",
    nouns: ["visits", "diagnoses", "treatments", "vaccines", "plans and orders"],
  },
  documents: {
    title: "Documents and images",
    hint: "Letters, notes, X-rays, photographs, answered questionnaires",
    nouns: ["documents", "images", "questionnaires"],
  },
  own: {
    title: "What I add myself",
    hint: "Your own measurements and notes",
    nouns: ["own notes and measurements"],
  },
} satisfies Readonly<Record<DataKind, { title: string; hint: string; nouns: readonly string[] }>>;

const sensitive = {
  general: "Everything else",
  "mental-health": "Mental health",
  "substance-use": "Alcohol and drugs",
  "sexual-reproductive": "Sexual health",
  genetic: "Genetics",
  violence: "Violence",
  personal: "What I add myself",
  emergency: "Emergency summary",
} satisfies Readonly<Record<SegmentKind, string>>;

/** As they stand within a sentence. */
const sensitiveNouns = {
  general: "everything else",
  "mental-health": "mental health",
  "substance-use": "alcohol and drugs",
  "sexual-reproductive": "sexual health",
  genetic: "genetics",
  violence: "violence",
  personal: "what you add yourself",
  emergency: "the emergency summary",
} satisfies Readonly<Record<SegmentKind, string>>;

const purposes = {
  TREAT: { yours: "for your treatment", bare: "for treatment" },
  ETREAT: { yours: "for your treatment in an emergency", bare: "for treatment in an emergency" },
  HPAYMT: { yours: "to settle payment for your care", bare: "to settle payment" },
  HRESCH: { yours: "for research", bare: "for research" },
  HOPERAT: { yours: "to run the institution", bare: "to run the institution" },
  PUBHLTH: { yours: "for public health", bare: "for public health" },
  PATRQT: { yours: "because you asked for it", bare: "at the patient's request" },
} satisfies Readonly<Record<Purpose, { yours: string; bare: string }>>;

/** All English words of what the portal says about records. Functions take what is said already: formatted, in the locale. */
export const meaningEn = {
  capitalised,
  units,
  analytes,
  visits,
  problems,
  allergies,
  procedures,
  vaccines,
  dataKinds,
  sensitive,
  sensitiveNouns,
  purposes,
  typeNouns: { ...TYPE_NOUNS, Patient: "personal details" } as Readonly<Record<string, string>>,
  you: "you",
  titles: {
    bloodTest: "Blood test",
    urineTest: "Urine test",
    stoolTest: "Stool test",
    laboratoryTest: "Laboratory test",
    measurement: "Measurement",
    measurements: "Measurements",
    ownMeasurements: "Your own measurements",
    report: "Report of an examination",
    imaging: "Images taken",
    imagingOf: (what: string) => `Images taken: ${what}`,
    picture: "Picture",
    visit: "Visit",
    visitAt: (place: string) => `Visit at ${place}`,
    visitFor: (reason: string) => `Visit: ${reason}`,
    emergency: "Emergency visit",
    emergencyFor: (reason: string) => `Emergency visit: ${reason}`,
    stay: "Stay in hospital",
    stayFor: (reason: string) => `Stay in hospital: ${reason}`,
    remote: "Visit by phone or video",
    atHome: "Visit at home",
    planned: (title: string) => `Planned: ${title}`,
    cancelled: (title: string) => `Did not take place: ${title}`,
    document: "Document",
    note: "Note from a visit",
    letter: "Letter",
    vaccine: "Vaccine",
    notVaccinated: (vaccine: string) => `Not given: ${vaccine}`,
    medicine: "Medicine",
    medicineStarted: (name: string) => `New medicine: ${name}`,
    medicineAgain: (name: string) => `Prescribed again: ${name}`,
    medicineTaken: (name: string) => `Medicine: ${name}`,
    medicineProposed: (name: string) => `Medicine proposed: ${name}`,
    allergy: "Allergy",
    allergyTo: (name: string) => `Allergy: ${name}`,
    allergies: "Allergies noted",
    problem: "Diagnosis",
    problemOf: (name: string) => `Diagnosis: ${name}`,
    problemRuledOut: (name: string) => `Ruled out: ${name}`,
    procedure: "Treatment",
    order: "Order",
    orderOf: (name: string) => `Order: ${name}`,
    plan: "Care plan",
    planOf: (name: string) => `Care plan: ${name}`,
    goal: "Goal of treatment",
    questionnaire: "Answered questionnaire",
    family: "Illness in the family",
    bill: "Bill",
    appointment: "An appointment",
    case: "In care",
    caseAt: (place: string) => `In care at ${place}`,
    warning: "Warning",
    warningOf: (text: string) => `Warning: ${text}`,
    entry: "Entry in your record",
  },
  /** By R4's EpisodeOfCareStatus. */
  cases: {
    planned: "planned",
    waitlist: "on the waiting list",
    active: "still going on",
    onhold: "paused",
    finished: "finished",
    cancelled: "did not take place",
  },
  sentences: {
    values: (count: number) => counted(count, "value", "values"),
    allUsual: (count: number) =>
      count === 1
        ? "1 value, in its usual range."
        : `${counted(count, "value", "values")}, all in their usual range.`,
    noRanges: (count: number) => `${counted(count, "value", "values")}.`,
    /** `outside` is a list of clauses, each "potassium is a little low". */
    someUsual: (count: number, usual: number, outside: string) =>
      usual === 0
        ? `${counted(count, "value", "values")}. ${capitalised(outside)}.`
        : `${counted(count, "value", "values")}. ${capitalised(small(usual))} ${plural.select(usual) === "one" ? "is in its" : "are in their"} usual range; ${outside}.`,
    /** Some of the values come without a range. */
    partlyKnown: (count: number, known: number, usual: number, outside: string | null) => {
      const rest = `${counted(count, "value", "values")}, ${small(known)} with a usual range.`;
      if (outside === null) {
        return known === 1 ? `${rest} That one is in it.` : `${rest} These are all in it.`;
      }
      return usual === 0
        ? `${rest} ${capitalised(outside)}.`
        : `${rest} ${capitalised(small(usual))} of them ${plural.select(usual) === "one" ? "is" : "are"} in it; ${outside}.`;
    },
    valueIs: (name: string, state: string) => `${name} is ${state}`,
    moreOutside: (count: number) =>
      `${small(count)} more ${plural.select(count) === "one" ? "is" : "are"} outside`,
    moreItems: (count: number) => `${small(count)} more`,
    single: (name: string, value: string) => `${capitalised(name)}: ${value}.`,
    singleState: (name: string, value: string, state: string) => `${capitalised(name)}: ${value}, ${state}.`,
    notFinal: "Not final yet.",
    corrected: "Corrected since it was first written.",
    /** The organisation wrote the order, in which it names who ordered. */
    orderedElsewhere: (organisation: string, who: string) => `${organisation} says it was ordered by ${who}.`,
    measured: (name: string) => `${capitalised(name)} checked.`,
    measuredMore: (name: string, more: number) =>
      `${capitalised(name)} and ${small(more)} other ${plural.select(more) === "one" ? "value" : "values"} checked.`,
    measuredSome: (count: number) =>
      `${capitalised(small(count))} ${plural.select(count) === "one" ? "value" : "values"} noted.`,
    reason: (list: string) => `Reason: ${list}.`,
    diagnoses: (count: number, list: string) =>
      `${plural.select(count) === "one" ? "Diagnosis" : "Diagnoses"}: ${list}.`,
    newMedicines: (count: number, list: string) =>
      `${plural.select(count) === "one" ? "New medicine" : "New medicines"}: ${list}.`,
    vaccinesGiven: (list: string) => `${capitalised(list)} given.`,
    done: (list: string) => `Done: ${list}.`,
    notDone: (list: string) => `Not done: ${list}.`,
    prescribedAgain: (list: string) => `Prescribed again: ${list}.`,
    medicines: (count: number, list: string) =>
      `${plural.select(count) === "one" ? "Medicine" : "Medicines"}: ${list}.`,
    noneMeasured: "No value was given.",
    allergiesNoted: (count: number, list: string) =>
      `${plural.select(count) === "one" ? "Allergy" : "Allergies"} noted: ${list}.`,
    planned: (list: string) => `Planned: ${list}.`,
    /** Two parts of a medicine's line: its name and how it is taken. */
    nameAndDose: (name: string, dose: string) => `${name}, ${lowered(dose)}`,
    /** The same in a list of several, and an allergy with its risk. */
    nameWithNote: (name: string, dose: string) => `${name} (${lowered(dose)})`,
    dose: (dose: string) => `${capitalised(dose)}.`,
    images: (count: number) => `${counted(count, "image", "images")}.`,
    pages: (kind: string, size: string) => `${kind}, ${size}`,
    plain: (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`),
  },
  values: {
    bloodPressure: (upper: string, lower: string) => `${upper} over ${lower}`,
    withUnit: (value: string, unit: string) => `${value} ${unit}`,
    lessThan: (value: string) => `less than ${value}`,
    atMost: (value: string) => `at most ${value}`,
    atLeast: (value: string) => `at least ${value}`,
    moreThan: (value: string) => `more than ${value}`,
    between: (low: string, high: string) => `${low} to ${high}`,
    above: (low: string) => `${low} or more`,
    below: (high: string) => `${high} or less`,
    ratio: (part: string, whole: string) => `${part} to ${whole}`,
    part: (name: string, value: string) => `${name} ${value}`,
    yes: "yes",
    no: "no",
    none: "no value given",
    recording: "a recorded curve",
    states: {
      usual: "in its usual range",
      "little-low": "a little low",
      low: "low",
      "very-low": "very low",
      "little-high": "a little high",
      high: "high",
      "very-high": "very high",
      outside: "outside its usual range",
      "far-outside": "far outside its usual range",
    },
    findings: {
      POS: "positive",
      NEG: "negative",
      DET: "found",
      ND: "not found",
      IND: "not clear",
      E: "not clear",
      R: "resistant",
      I: "partly effective",
      S: "effective",
      RR: "reacts",
      NR: "does not react",
      WR: "reacts weakly",
    } as Readonly<Record<string, string>>,
    absent: {
      unknown: "the value is not known",
      "asked-unknown": "asked, but not known",
      "temp-unknown": "not known yet",
      "not-asked": "not asked",
      "asked-declined": "asked, but not answered",
      masked: "not shown here",
      "not-applicable": "does not apply",
      unsupported: "could not be passed on",
      "as-text": "written in words elsewhere",
      error: "the measurement failed",
      "not-a-number": "no usable number",
      "negative-infinity": "too low to measure",
      "positive-infinity": "too high to measure",
      "not-performed": "not measured",
      "not-permitted": "may not be passed on",
    } as Readonly<Record<string, string>>,
  },
  trends: {
    /** @param tests whether they are a laboratory's. */
    sentence: (
      name: string,
      count: number,
      tests: boolean,
      numbers: string,
      unit: string | null,
      range: string | null,
    ) =>
      `${capitalised(name)} over ${small(count)} ${tests ? "tests" : "measurements"}: ${numbers}${unit === null ? "" : ` ${unit}`}` +
      (range === null ? "" : `, usual range ${range}`),
    single: (name: string, value: string, range: string | null) =>
      `${capitalised(name)}: ${value}${range === null ? "" : `, usual range ${range}`}`,
  },
  medicines: {
    strength: (name: string, strength: string) =>
      /\d$/.test(name) ? `${name}, ${strength}` : `${name} ${strength}`,
    brand: (name: string, brand: string) => `${name} (${brand})`,
    form: (name: string, form: string) => `${name}, ${form}`,
    each: (strength: string) => strength,
    perDose: (strength: string) => `${strength} a puff`,
    perMillilitre: (strength: string) => `${strength} in 1 mL`,
    perHour: (strength: string) => `${strength} an hour`,
    forms: {
      tablet: "tablet",
      capsule: "capsule",
      slowTablet: "slow-release tablet",
      slowCapsule: "slow-release capsule",
      liquid: "liquid to swallow",
      inhaler: "inhaler",
      injection: "injection",
      implant: "implant under the skin",
      patch: "patch",
      spray: "spray",
      ring: "vaginal ring",
      cream: "cream",
      drops: "drops",
      suppository: "suppository",
      intrauterine: "intrauterine device",
      pack: "pack",
    },
    dose: {
      amount: (count: string) => count,
      counts: ["none", "one", "two", "three", "four", "five", "six"],
      range: (low: string, high: string) => `${low} to ${high}`,
      half: "half",
      times: (times: number, period: string) =>
        times === 1 ? `once ${period}` : times === 2 ? `twice ${period}` : `${small(times)} times ${period}`,
      timesRange: (low: number, high: number, period: string) =>
        `${small(low)} to ${small(high)} times ${period}`,
      periods: {
        s: (count: number) => (count === 1 ? "a second" : `every ${count} seconds`),
        min: (count: number) => (count === 1 ? "a minute" : `every ${count} minutes`),
        h: (count: number) => (count === 1 ? "an hour" : `every ${count} hours`),
        d: (count: number) => (count === 1 ? "a day" : `every ${count} days`),
        wk: (count: number) => (count === 1 ? "a week" : `every ${count} weeks`),
        mo: (count: number) => (count === 1 ? "a month" : `every ${count} months`),
        a: (count: number) => (count === 1 ? "a year" : `every ${count} years`),
      },
      every: {
        s: (count: number) => (count === 1 ? "every second" : `every ${count} seconds`),
        min: (count: number) => (count === 1 ? "every minute" : `every ${count} minutes`),
        h: (count: number) => (count === 1 ? "every hour" : `every ${count} hours`),
        d: (count: number) =>
          count === 1 ? "every day" : count === 2 ? "every other day" : `every ${count} days`,
        wk: (count: number) => (count === 1 ? "every week" : `every ${count} weeks`),
        mo: (count: number) => (count === 1 ? "every month" : `every ${count} months`),
        a: (count: number) => (count === 1 ? "every year" : `every ${count} years`),
      },
      length: {
        s: (count: number) => `for ${counted(count, "second", "seconds")}`,
        min: (count: number) => `for ${counted(count, "minute", "minutes")}`,
        h: (count: number) => `for ${counted(count, "hour", "hours")}`,
        d: (count: number) => `for ${counted(count, "day", "days")}`,
        wk: (count: number) => `for ${counted(count, "week", "weeks")}`,
        mo: (count: number) => `for ${counted(count, "month", "months")}`,
        a: (count: number) => `for ${counted(count, "year", "years")}`,
      },
      codes: {
        QD: "once a day",
        BID: "twice a day",
        TID: "three times a day",
        QID: "four times a day",
        AM: "in the morning",
        PM: "in the afternoon",
        QOD: "every other day",
        Q1H: "every hour",
        Q2H: "every 2 hours",
        Q3H: "every 3 hours",
        Q4H: "every 4 hours",
        Q6H: "every 6 hours",
        Q8H: "every 8 hours",
        BED: "at bedtime",
        WK: "once a week",
        MO: "once a month",
      } as Readonly<Record<string, string>>,
      when: {
        MORN: "in the morning",
        "MORN.early": "early in the morning",
        "MORN.late": "late in the morning",
        NOON: "at noon",
        AFT: "in the afternoon",
        "AFT.early": "early in the afternoon",
        "AFT.late": "late in the afternoon",
        EVE: "in the evening",
        "EVE.early": "early in the evening",
        "EVE.late": "late in the evening",
        NIGHT: "at night",
        HS: "before sleep",
        WAKE: "after waking",
        C: "with a meal",
        CM: "with breakfast",
        CD: "with lunch",
        CV: "with dinner",
        AC: "before a meal",
        ACM: "before breakfast",
        ACD: "before lunch",
        ACV: "before dinner",
        PC: "after a meal",
        PCM: "after breakfast",
        PCD: "after lunch",
        PCV: "after dinner",
      } as Readonly<Record<string, string>>,
      days: {
        mon: "on Mondays",
        tue: "on Tuesdays",
        wed: "on Wednesdays",
        thu: "on Thursdays",
        fri: "on Fridays",
        sat: "on Saturdays",
        sun: "on Sundays",
      } as Readonly<Record<string, string>>,
      timeOfDay: (time: string) => `at ${time}`,
      needed: "when needed",
      neededFor: (reason: string) => `when needed for ${reason}`,
      note: (dose: string, note: string) => `${dose} (${lowered(note)})`,
      after: (first: string, next: string) => `${first}; then ${next}`,
    },
    states: {
      current: "taken now",
      paused: "paused",
      unclear: "it is not said whether it is still taken",
      stopped: "stopped",
      finished: "finished",
      "not-taken": "not taken",
      proposed: "proposed",
    },
  },
  allergyStates: {
    dangerous: "can be dangerous",
    mild: "noted as low risk",
    unconfirmed: "not confirmed",
    resolved: "no longer",
    refuted: "ruled out",
  },
  reactions: (list: string) => `Reaction: ${list}`,
  problemStates: { current: "now", resolved: "over", remission: "calm at present", unconfirmed: "suspected" },
  doseNumber: (number: string) => `dose ${number}`,
  documents: {
    kinds: {
      pdf: "PDF",
      picture: "Picture",
      text: "Text",
      video: "Video",
      sound: "Sound recording",
      file: "File",
      images: "Images",
    },
  },
  when: {
    /** @param day said already, such as "yesterday" or "5 November". @param time such as "09:41". */
    at: (day: string, time: string) => `${day}, ${time}`,
    between: (from: string, to: string) => `${from} to ${to}`,
    notGiven: "no date given",
  },
  access: {
    /** What somebody asks for: the grantee's name, then what, from when, what for, until when. */
    request: (parts: {
      who: string;
      verb: string;
      what: string;
      period: string;
      purposes: string;
      until: string;
      except: string;
      areas: string;
    }) =>
      `${parts.who} asks to ${parts.verb} ${parts.what}${parts.period}, ${parts.purposes}${parts.until}${parts.except}. ${parts.areas}`,
    /** What the reader's banner says; it does not speak of areas that the reader cannot know of. */
    reader: (parts: {
      verb: string;
      what: string;
      period: string;
      purposes: string;
      until: string;
      except: string;
    }) =>
      `You may ${parts.verb} ${parts.what}${parts.period}, ${parts.purposes}${parts.until}${parts.except}.`,
    share: (parts: { what: string; period: string; purposes: string; until: string; except: string }) =>
      capitalised(`${parts.what}${parts.period}, ${parts.purposes}${parts.until}${parts.except}`),
    /** What a signature permits. */
    sign: (parts: {
      who: string;
      verb: string;
      what: string;
      period: string;
      purposes: string;
      until: string;
      except: string;
      areas: string;
    }) =>
      `${parts.who} may ${parts.verb} ${parts.what}${parts.period}, ${parts.purposes}, from now on${parts.until}${parts.except}. ${parts.areas}`,
    /** The same where there is room for a line or two. */
    short: (parts: { who: string; verb: string; brief: string; until: string }) =>
      `${parts.who} may ${parts.verb} ${parts.brief}${parts.until}.`,
    kindsOfRecords: (count: number) => counted(count, "kind of records", "kinds of records"),
    sensitiveAreas: (count: number) => counted(count, "sensitive area", "sensitive areas"),
    grantee: (name: string, organisation: string | null) =>
      organisation === null || organisation === name ? name : `${name} at ${organisation}`,
    read: "read",
    readAndPassOn: "read and pass on",
    passOn: "pass on",
    yours: (list: string) => `your ${list}`,
    everything: "all your records",
    everythingBare: "everything",
    otherType: (name: string) => `records of the type “${name}”`,
    noRecords: "no records",
    since: (day: string) => ` since ${day}`,
    upTo: (day: string) => ` up to ${day}`,
    fromTo: (from: string, to: string) => ` from ${from} to ${to}`,
    from: (time: string) => `, from ${time}`,
    until: (time: string) => `, until ${time}`,
    exceptions: (list: string) => `, but ${list}`,
    exception: (verb: string | null, what: string, period: string, purposes: string) =>
      `never ${verb === null ? "" : `to ${verb} `}${what}${period}${purposes === "" ? "" : `, ${purposes}`}`,
    anything: "anything",
    sensitiveClosed: "Sensitive areas stay closed.",
    sensitiveOpen: (list: string) => `This includes sensitive areas: ${list}. All others stay closed.`,
    sensitiveAllOpen: "This includes all sensitive areas.",
    /** Some types of a sensitive area. */
    inArea: (list: string, area: string) => `${list} (${area})`,
    untilStopped: ", until you stop it",
  },
};

/** What another language has to bring. */
export type MeaningWords = typeof meaningEn;
