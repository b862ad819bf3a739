import { hkdf } from "@anamnesis/core/crypto/kdf";
import { concatBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { domainHash } from "@anamnesis/core/encoding/hash";
import type { OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { SourceName } from "@anamnesis/fhir-server/resource/receivedForm";
import type { NodeContext } from "../../context.ts";

/** The id of a resource that received references lead to, and of the first record of it that is kept. */
export function idOfSource(context: Pick<NodeContext, "keys">, name: SourceName): string {
  const { organisation, system, segment, link } = name;
  return idFrom(context, "source", [organisation, segment ?? "", link.type, link.id, system]);
}

/** The id of a further record of the same resource. */
export function idOfRecord(
  context: Pick<NodeContext, "keys">,
  organisation: OrganisationId,
  record: RecordId,
): string {
  return idFrom(context, "record", [organisation, record]);
}

/**
 * A UUID (version 8, RFC 9562 5.8) under a secret of this node: to everybody else random, and the same whenever the same record comes, without a table that would
 * outlive the records.
 */
function idFrom(
  { keys }: Pick<NodeContext, "keys">,
  what: "source" | "record",
  parts: readonly string[],
): string {
  // As JSON no two lists of texts are the same bytes.
  const named = domainHash(`anamnesis/received-name/1/${what}`, utf8ToBytes(JSON.stringify(parts)));
  const info = concatBytes(utf8ToBytes("anamnesis/received-id/1"), named);
  const bytes = hkdf(keys.tagSecret, { info, length: 16 });
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
