import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { bindPatient } from "../fhir/seal/bindPatient.ts";
import { notFound } from "../runtime/refuse.ts";
import { staffOf } from "./asDesk.ts";

/** `bindPatient` for a person whom the desk registered itself; other Patients are an administrator's to bind. Throws what that throws, and `not-authorised`. */
export async function admitPatient(
  context: Parameters<typeof bindPatient>[0] & Pick<NodeContext, "db" | "organisation">,
  signer: Hex | null,
  patient: string,
  admission: Uint8Array,
): Promise<void> {
  await staffOf(context, signer);
  const rows = await context.db.query("select 1 as one from desk_patients where patient = $1", [patient]);
  if (rows.length === 0) throw notFound();
  await bindPatient(context, patient, admission, false);
}
