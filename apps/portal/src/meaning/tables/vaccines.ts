/** CVX codes (CDC, public domain, https://www2.cdc.gov/vaccines/iis/iisstandards/vaccines.asp) and what each protects from. */
const TABLE = {
  flu: "15 16 88 111 135 140 141 144 149 150 153 155 158 161 166 168 171 185 186 197 205",
  covid: "207 208 210 211 212 213 217 218 219 221 228 229 230 300 301 302 308 309 310 311 312 313",
  tetanusDiphtheria: "09 28 113 138 139",
  tetanusDiphtheriaCough: "01 20 106 107 115",
  tetanus: "35 112",
  polio: "02 10 89",
  childhoodCombined: "110 120 130 132 146",
  measles: "03",
  chickenpox: "21",
  shingles: "121 187 188",
  hepatitisA: "31 52 83 84 85",
  hepatitisB: "08 42 43 44 45 189",
  hepatitisAB: "104",
  hib: "17 46 47 48 49",
  meningitis: "32 108 114 136 147 148 162 163 164",
  pneumonia: "33 100 109 133 152 215 216",
  hpv: "62 118 137 165",
  rotavirus: "74 116 119 122",
  rabies: "18 40 90 175 176",
  yellowFever: "37",
  typhoid: "25 41 53 91 101",
  tickEncephalitis: "77",
  rsv: "303 305",
} as const;

export type VaccineKey = keyof typeof TABLE;

export const VACCINES: ReadonlyMap<string, VaccineKey> = new Map(
  Object.entries(TABLE).flatMap(([key, codes]) =>
    codes.split(" ").map((code): [string, VaccineKey] => [code, key as VaccineKey]),
  ),
);
