import type { Coding } from "./codings.ts";

/**
 * Codes that tell of a sensitive matter by themselves, and the v3-ActCode sensitivity they stand for. A first, small
 * table for sources that set no labels: it follows the chapters of ICD-10 and the value sets named at each group.
 */

const ICD_10_SYSTEMS: ReadonlySet<string> = new Set([
  "http://hl7.org/fhir/sid/icd-10",
  "http://hl7.org/fhir/sid/icd-10-cm",
  "http://hl7.org/fhir/sid/icd-10-gm",
  "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
  "urn:oid:2.16.840.1.113883.6.3",
  "urn:oid:2.16.840.1.113883.6.90",
]);

/** From and to (both included, compared on their length) and label. ICD-10, WHO 2019, unless another edition is named. */
const ICD_10_RANGES: readonly (readonly [from: string, to: string, label: string])[] = [
  ["F10", "F19", "SUD"], // Mental and behavioural disorders due to psychoactive substance use
  ["K70", "K70", "ETHUD"], // Alcoholic liver disease
  ["T40", "T40", "SUD"], // Poisoning by narcotics and psychodysleptics
  ["T51", "T51", "ETHUD"], // Toxic effect of alcohol
  ["Z71.4", "Z71.5", "SUD"], // Alcohol and drug abuse counselling
  ["F00", "F09", "PSY"], // Organic mental disorders
  ["F20", "F99", "PSY"], // Schizophrenia to unspecified mental disorder
  ["X60", "X84", "PSY"], // Intentional self-harm
  ["Z91.5", "Z91.5", "PSY"], // Personal history of self-harm
  ["F52", "F52", "SEX"], // Sexual dysfunction, not caused by organic disorder
  ["F64", "F66", "SEX"], // Gender identity, sexual preference, sexual development
  ["A50", "A64", "STD"], // Infections with a predominantly sexual mode of transmission
  ["B20", "B24", "HIV"], // HIV disease
  ["R75", "R75", "HIV"], // Laboratory evidence of HIV
  ["Z21", "Z21", "HIV"], // Asymptomatic HIV infection status
  ["Z11.3", "Z11.4", "STD"], // Screening for sexually transmitted infections and HIV
  ["N40", "N53", "SEX"], // Male genital organs (N52, N53: ICD-10-CM)
  ["N70", "N98", "SEX"], // Female pelvic and genital organs
  ["O00", "O99", "SEX"], // Pregnancy, childbirth and the puerperium
  ["Z30", "Z39", "SEX"], // Circumstances related to reproduction
  ["Z64.0", "Z64.0", "SEX"], // Unwanted pregnancy
  ["T74", "T74", "SDV"], // Maltreatment syndromes
  ["T76", "T76", "SDV"], // Suspected abuse (ICD-10-CM)
  ["X85", "Y09", "VIO"], // Assault
  ["Z04.4", "Z04.5", "SDV"], // Examination after alleged rape, after inflicted injury
  ["Z69", "Z69", "SDV"], // Mental health services for victim of abuse (ICD-10-CM)
  ["D56", "D56", "GDIS"], // Thalassaemia
  ["D57", "D57", "SICKLE"], // Sickle-cell disorders
  ["D66", "D67", "GDIS"], // Hereditary factor VIII and IX deficiency
  ["E84", "E84", "GDIS"], // Cystic fibrosis
  ["G10", "G10", "GDIS"], // Huntington disease
  ["G71.0", "G71.0", "GDIS"], // Muscular dystrophy
  ["Q90", "Q99", "GDIS"], // Chromosomal abnormalities
  ["Z14", "Z15", "GDIS"], // Genetic carrier, genetic susceptibility (ICD-10-CM)
];

const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ["http://snomed.info/sct", "sct"],
  ["urn:oid:2.16.840.1.113883.6.96", "sct"],
  ["http://loinc.org", "loinc"],
  ["urn:oid:2.16.840.1.113883.6.1", "loinc"],
  ["http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"],
  ["urn:oid:2.16.840.1.113883.6.88", "rxnorm"],
]);

/** SNOMED CT, international edition unless noted; the codes that Synthea and common registries use for these matters. */
const SNOMED: Readonly<Record<string, readonly string[]>> = {
  SUD: [
    "55680006", // Drug overdose
    "361055000", // Misuses drugs
    "191816009", // Drug dependence
    "66214007", // Substance abuse
    "56876005", // Drug rehabilitation and detoxification
    "61480009", // Drug detoxification
    "266707007", // Drug addiction therapy
    "60112009", // Drug addiction counseling
    "428211000124100", // Assessment of substance use (US)
  ],
  OPIOIDUD: [
    "5602001", // Opioid abuse
    "75544000", // Opioid dependence
    "6525002", // Dependent drug abuse, as Synthea's opioid module uses it
  ],
  ETHUD: [
    "7200002", // Alcoholism
    "15167005", // Alcohol abuse
    "66590003", // Alcohol dependence
    "226138001", // Alcohol-free diet
    "763302001", // Assessment using AUDIT-C
  ],
  PSY: [
    "197480006", // Anxiety disorder
    "21897009", // Generalized anxiety disorder
    "80583007", // Severe anxiety (panic)
    "35489007", // Depressive disorder
    "36923009", // Major depression, single episode
    "370143000", // Major depressive disorder
    "13746004", // Bipolar disorder
    "58214004", // Schizophrenia
    "47505003", // Posttraumatic stress disorder
    "192127007", // Child attention deficit disorder
    "406506008", // Attention deficit hyperactivity disorder
    "6471006", // Suicidal thoughts
    "82313006", // Suicide attempt
    "171207006", // Depression screening
    "715252007", // Depression screening using PHQ-9
    "75516001", // Psychotherapy
    "228557008", // Cognitive and behavioral therapy
  ],
  COGN: [
    "26929004", // Alzheimer's disease
    "230265002", // Familial Alzheimer's disease of early onset
    "52448006", // Dementia
    "386257007", // Dementia management
    "850261000000100", // Education about dementia (UK)
    "710125008", // Promotion of use of memory skills
  ],
  GDIS: [
    "230265002", // Familial Alzheimer's disease of early onset
    "443529005", // Screening for chromosomal aneuploidy in prenatal amniotic fluid
    "190905008", // Cystic fibrosis
    "58756001", // Huntington's chorea
    "41040004", // Complete trisomy 21
  ],
  SICKLE: ["127040003"], // Sickle cell-hemoglobin SS disease
  HIV: [
    "86406008", // Human immunodeficiency virus infection
    "62479008", // Acquired immune deficiency syndrome
    "31676001", // HIV antigen test
    "165816005", // HIV positive
  ],
  STD: [
    "76272004", // Syphilis
    "15628003", // Gonorrhea
    "240589008", // Chlamydia trachomatis infection
    "310861008", // Chlamydia antigen test
    "165829005", // Gonorrhea infection test
    "269828009", // Syphilis infection test
  ],
  SEX: [
    "72892002", // Normal pregnancy
    "19169002", // Miscarriage in first trimester
    "35999006", // Blighted ovum
    "156073000", // Complete miscarriage
    "398254007", // Pre-eclampsia
    "424441002", // Prenatal initial visit
    "424619006", // Prenatal visit
    "169762003", // Postnatal visit
    "183460006", // Obstetric emergency hospital admission
    "134435003", // Routine antenatal care
    "135892000", // Antenatal education
    "312404004", // Antenatal blood tests
    "713076009", // Antenatal risk assessment
    "243077000", // Recommendation to limit sexual activity
    "10383002", // Counseling for termination of pregnancy
    "386394001", // Pregnancy termination care
    "714812005", // Induced termination of pregnancy
    "252160004", // Standard pregnancy test
    "169230002", // Ultrasound scan for fetal viability
    "271442007", // Fetal anatomy study
    "225158009", // Auscultation of the fetal heart
    "274804006", // Evaluation of uterine fundal height
    "275833003", // Alpha-fetoprotein test
    "443529005", // Screening for chromosomal aneuploidy in prenatal amniotic fluid
    "118001005", // Group B streptococcus antigen test
    "51116004", // RhD passive immunization
    "31208007", // Medical induction of labor
    "18946005", // Epidural anesthesia (Synthea: in labor)
    "66348005", // Childbirth
    "11466000", // Cesarean section
    "85548006", // Episiotomy
    "169553002", // Insertion of subcutaneous contraceptive
    "301807007", // Removal of subcutaneous contraceptive
    "755621000000101", // Replacement of subcutaneous contraceptive (UK)
    "65200003", // Insertion of intrauterine contraceptive device
    "46706006", // Replacement of intrauterine contraceptive device
    "68254000", // Removal of intrauterine contraceptive device
    "287664005", // Bilateral tubal ligation
    "22523008", // Vasectomy
    "90226004", // Cytopathology smear, genital source
    "8619003", // Infertile
  ],
  SDV: [
    "370995009", // Health risks education about abuse (Synthea: intimate partner abuse)
    "706893006", // Victim of intimate partner abuse
    "386702006", // Victim of abuse
    "397940009", // Victim of child abuse
    "95922009", // Sexual assault
  ],
};

/** LOINC. Screening instruments and results whose very existence tells the matter. */
const LOINC: Readonly<Record<string, readonly string[]>> = {
  SUD: [
    "82667-7", // Total score DAST-10
    "3397-7", // Cocaine, presence in urine
  ],
  ETHUD: [
    "72109-2", // AUDIT-C
    "75626-2", // Total score AUDIT-C
    "5643-2", // Ethanol in serum or plasma
  ],
  PSY: [
    "44249-1", // PHQ-9 panel
    "44261-6", // PHQ-9 total score
    "55758-7", // PHQ-2 total score
    "69737-5", // GAD-7 panel
    "70274-6", // GAD-7 total score
  ],
  COGN: ["72106-8"], // Total score MMSE
  HIV: [
    "55277-8", // HIV status
    "75622-1", // HIV 1 and 2 antigen and antibody
    "20447-9", // HIV 1 RNA
  ],
  STD: ["21613-5"], // Chlamydia trachomatis DNA
  SEX: [
    "76690-7", // Sexual orientation
    "76691-5", // Gender identity
    "2106-3", // Choriogonadotropin, presence in urine
    "82810-3", // Pregnancy status
  ],
  GDIS: [
    "51969-4", // Genetic analysis report
    "81247-9", // Genetic variant reporting panel
  ],
  SDV: [
    "28245-9", // Abuse status (OMAHA)
    "76499-3", // HARK panel (intimate partner violence)
    "76504-0", // HARK total score
  ],
};

/** RxNorm. Products of the Synthea samples, and ingredients, which a source gives beside the product. */
const RXNORM: Readonly<Record<string, readonly string[]>> = {
  OPIOIDUD: [
    "1819", // buprenorphine
    "6813", // methadone
  ],
  ETHUD: [
    "3554", // disulfiram
    "7243", // naltrexone
  ],
  PSY: [
    "36437", // sertraline
    "312941", // sertraline 50 MG Oral Tablet
    "4493", // fluoxetine
    "321988", // escitalopram
    "51272", // quetiapine
    "6448", // lithium
    "1153378", // clonazepam [Klonopin]: benzodiazepines also treat seizures; in doubt, the stricter
    "563026", // diazepam [Valium]
  ],
  COGN: [
    "310436", // galantamine 4 MG Oral Tablet
    "996740", // memantine 2 MG/ML Oral Solution
    "997223", // donepezil 10 MG Oral Tablet
  ],
  SEX: [
    "1000126", // medroxyprogesterone acetate 150 MG/ML Injection
    "1367439", // NuvaRing
    "1605257", // Liletta intrauterine system
    "389221", // etonogestrel implant
    "748962", // Camila
    "749762", // Seasonique
    "751905", // Trinessa
    "757594", // Jolivette
    "807283", // Mirena intrauterine system
    "831533", // Errin
  ],
};

const LABELS_OF_CODE: ReadonlyMap<string, readonly string[]> = index({
  sct: SNOMED,
  loinc: LOINC,
  rxnorm: RXNORM,
});

function index(
  tables: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, readonly string[]>();
  for (const [system, table] of Object.entries(tables)) {
    for (const [label, codes] of Object.entries(table)) {
      for (const code of codes) {
        const key = `${system}|${code}`;
        labels.set(key, [...(labels.get(key) ?? []), label]);
      }
    }
  }
  return labels;
}

/** The v3-ActCode sensitivities that this code stands for; none for most. */
export function sensitivitiesOfCode({ system, code }: Coding): readonly string[] {
  if (ICD_10_SYSTEMS.has(system)) {
    const upper = code.toUpperCase();
    return ICD_10_RANGES.filter(
      ([from, to]) =>
        upper.slice(0, from.length) >= from && upper.slice(0, to.length) <= to && upper.length >= 3,
    ).map(([, , label]) => label);
  }
  const name = SYSTEM_NAMES.get(system);
  return name === undefined ? [] : (LABELS_OF_CODE.get(`${name}|${code}`) ?? []);
}
