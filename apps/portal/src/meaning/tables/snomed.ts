/**
 * SNOMED CT codes with the key of the plain word that each stands for: visits, problems, allergies and what was done. Codes alone, as
 * they occur in records; SNOMED CT is owned by SNOMED International, and who uses it needs its licence (https://www.snomed.org).
 */
const VISIT_TABLE = {
  checkUp: "185349003 410620009 162673000",
  forSymptom: "185345009",
  forProblem: "185347001",
  prenatal: "424619006 424441002 18114009",
  postnatal: "169762003",
  consultation: "698314001 11429006",
  emergency: "50849002 4525004",
  inHospital: "183452005 32485007",
  obstetricEmergency: "183460006",
  asthmaFollowUp: "394701000",
  followUp: "390906007 185389009",
  outpatientProcedure: "371883000",
  practice: "316744009 308335008 270427003",
  deathCertificate: "308646001",
  rehabilitation: "56876005",
  atHome: "210098006 439708006",
  surgery: "305408004",
  vaccination: "33879002",
} as const;
export type VisitKey = keyof typeof VISIT_TABLE;

const PROBLEM_TABLE = {
  highBloodPressure: "38341003 59621000",
  diabetes: "73211009",
  diabetes2: "44054006",
  diabetes1: "46635009",
  prediabetes: "15777000",
  asthma: "195967001 233678006",
  underactiveThyroid: "40930008 83664006",
  anxiety: "197480006",
  depression: "35489007 370143000",
  anaemia: "271737000",
  obesity: "162864005 414916001",
  severeObesity: "408512008",
  raisedSugar: "80394007",
  raisedFats: "302870006 55822004",
  metabolicSyndrome: "237602007",
  stroke: "230690007",
  heartFailure: "88805009 84114007 42343007",
  atrialFibrillation: "49436004",
  coronary: "53741008",
  heartAttack: "22298006",
  kidney: "709044004",
  copd: "13645005 185086009",
  sinusitis: "36971009",
  viralSinusitis: "444814009",
  chronicSinusitis: "40055000",
  bacterialSinusitis: "75498004",
  soreThroat: "195662009",
  strepThroat: "43878008",
  bronchitis: "10509002",
  earInfection: "65363002",
  hayFever: "367498001",
  lastingHayFever: "446096008 232353008",
  pregnancy: "72892002",
  miscarriage: "19169002",
  alzheimer: "26929004 230265002",
  bladderInfection: "38822007 68566005",
  repeatedBladderInfection: "197927001",
  colonPolyp: "68496003",
  epilepsy: "84757009",
  seizures: "128613002",
  ankleSprain: "44465007",
  forearmCut: "283371005",
  thighCut: "283385000",
  appendicitis: "74400008",
  burstAppendix: "47693006",
  wisdomTeeth: "196416002",
  mildBurn: "403190006",
  concussion: "62106007 62564004",
  diabeticEyes: "422034002",
  appendixRemoved: "428251008",
  oneSeizure: "703151001",
} as const;
export type ProblemKey = keyof typeof PROBLEM_TABLE;

const ALLERGY_TABLE = {
  noneKnown: "716186003",
  penicillin: "91936005 764146007",
  latex: "300916003",
  peanut: "91935009",
  nuts: "91934008",
  treePollen: "419263009",
  grassPollen: "418689008",
  mould: "419474003",
  dustMite: "232350006",
  animalHair: "232347008",
  shellfish: "300913006",
  fish: "417532002",
  beeVenom: "424213003",
  soya: "714035009",
  milk: "425525006 782555009",
  egg: "91930004",
  wheat: "420174000",
} as const;
export type AllergyKey = keyof typeof ALLERGY_TABLE;

const PROCEDURE_TABLE = {
  medicineReview: "428191000124101 430193006",
  ecg: "29303009",
  lungTest: "127783003 23426006",
  colonoscopy: "73761001",
  chestXray: "399208008",
  woundStitched: "288086009",
  heartRhythmShock: "180325003",
  heartAblation: "18286008",
  throatSwab: "117015009",
  depressionCheck: "171207006",
  babyHeartbeat: "225158009",
  wombHeight: "274804006",
  pregnancyTest: "252160004",
  ultrasoundBaby: "169230002",
  heartUltrasound: "34552-0 40701008",
  bloodCells: "104091002",
  bloodFilm: "14768001",
  childbirth: "66348005",
  caesarean: "11466000",
  appendixRemoved: "80146002",
  generalExamination: "162676008",
  injection: "76601001",
} as const;
export type ProcedureKey = keyof typeof PROCEDURE_TABLE;

function byCode<Key extends string>(table: Readonly<Record<Key, string>>): ReadonlyMap<string, Key> {
  return new Map(
    Object.entries<string>(table).flatMap(([key, codes]) =>
      codes.split(" ").map((code): [string, Key] => [code, key as Key]),
    ),
  );
}

export const VISITS = byCode<VisitKey>(VISIT_TABLE);
export const PROBLEMS = byCode<ProblemKey>(PROBLEM_TABLE);
export const ALLERGIES = byCode<AllergyKey>(ALLERGY_TABLE);
export const PROCEDURES = byCode<ProcedureKey>(PROCEDURE_TABLE);
