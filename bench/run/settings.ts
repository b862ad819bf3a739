export const CURVES = ["libsecp256k1", "noble"] as const;
export type Curve = (typeof CURVES)[number];

/** How much is measured. Every count is bounded, so a run ends by itself. */
export interface Settings {
  /** Records that the whole system takes; a patient's are kept together, so it may be some dozen more. */
  readonly records: number;
  /** Releases of one record, for latencies. */
  readonly releases: number;
  readonly revocations: number;
  /** Milliseconds for each operation of the parts and limits. */
  readonly time: number;
  /** Which arithmetic the processes use, one run for each. */
  readonly curves: readonly Curve[];
  /** Folder for CPU profiles; `null` takes none. */
  readonly profile: string | null;
  /** Patients of 20 resources each at the FHIR server; `null`: as many as the bench likes. */
  readonly patients: number | null;
  /** Records that growth ends with: 10^2, 10^3 and so on up to it. */
  readonly largest: number;
}
