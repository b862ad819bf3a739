import { createHash } from "node:crypto";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { PatientKeys, SaveKeys } from "@anamnesis/sdk/keys/patientKeys";
import type { Admission } from "@anamnesis/sdk/permit";
import type { ResourceInMemory } from "../bundles/toSeal.ts";
import { type Lock, readPatientKeys, savePatientKeys } from "../files/keyFiles.ts";
import type { StateFolder } from "./start/stateFolder.ts";

/** The demo's sources, by the organisation that writes: what bundles are imported from. */
export interface PatientSource {
  /** `patient 1`: nothing in the demo's output says more. */
  readonly label: string;
  /** Of the hospital, and of the laboratory when it has something. */
  readonly hospital: readonly ResourceInMemory[];
  readonly laboratory: readonly ResourceInMemory[];
}

/** One patient during the journey: the device, and what was imported, to compare with what is opened. */
export class DemoPatient {
  readonly label: string;
  readonly source: PatientSource;
  /** Name of the patient's files: from the first resource's source key, so that the next run finds them. */
  readonly file: string;
  readonly save: SaveKeys;
  readonly keyPath: string;
  readonly #lock: Lock;
  #keys: PatientKeys | null = null;
  /** For the hospital and for the laboratory. */
  admissions: { readonly north: Admission; readonly laboratory: Admission } | null = null;

  constructor(state: StateFolder, lock: Lock, source: PatientSource) {
    this.label = source.label;
    this.source = source;
    this.file = createHash("sha256")
      .update(source.hospital.find(isPatient)?.source?.key ?? source.label)
      .digest("hex")
      .slice(0, 16);
    this.keyPath = join(state.patients, `${this.file}.age`);
    this.#lock = lock;
    const write = savePatientKeys(this.keyPath, lock);
    this.save = async (keys) => {
      await write(keys);
      this.#keys = keys;
    };
  }

  /** The keys as they were saved last. */
  get keys(): PatientKeys {
    return this.#keys as PatientKeys;
  }

  /** False when nobody has enrolled this patient yet. */
  async load(): Promise<boolean> {
    const exists = await access(this.keyPath).then(
      () => true,
      () => false,
    );
    if (exists) this.#keys = await readPatientKeys(this.keyPath, this.#lock);
    return exists;
  }

  /** Everything that was imported, by source key and version. */
  imported(): ReadonlyMap<string, ResourceInMemory> {
    return new Map(this.all().map((resource) => [sourceOf(resource.source), resource]));
  }

  all(): readonly ResourceInMemory[] {
    return [...this.source.hospital, ...this.source.laboratory];
  }

  kinds(): readonly SegmentKind[] {
    return [...new Set(this.all().map((resource) => resource.segmentKind))];
  }
}

function isPatient(resource: ResourceInMemory): boolean {
  return resource.attributes.resourceType === "Patient";
}

export function sourceOf(source: { readonly key: string; readonly version: string } | null): string {
  return JSON.stringify([source?.key ?? "", source?.version ?? ""]);
}

/** Where one organisation's import journal about one patient lies. */
export async function journalFolder(
  state: StateFolder,
  organisation: string,
  patient: DemoPatient,
): Promise<string> {
  const folder = join(state.journals, organisation, patient.file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
