import { toBase64 } from "@anamnesis/core/audit/checkpointKey";
import { logOrigin } from "@anamnesis/core/audit/logOrigin";
import { formatTlogProof } from "@anamnesis/core/audit/tlogProof";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { SegmentId } from "@anamnesis/core/ids";
import type { LogHead } from "@anamnesis/core/ports/receiptLog";
import { SEGMENT_SYSTEM } from "@anamnesis/fhir/consent/consentElements";
import { RECEIPT_DETAILS, RECEIPT_SYSTEM } from "@anamnesis/fhir/receiptEvent";
import { ORGANISATION_SYSTEM } from "@anamnesis/fhir/consent/signedConsent";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { segmentTag } from "../../custody/segmentTag.ts";
import { requireWholeLog } from "../../receipts/requireWholeLog.ts";
import { signedHead } from "../../receipts/signedHead.ts";
import type { PatientContext, PatientExchange } from "./patientExchange.ts";

const ID = /^receipt-(0|[1-9][0-9]{0,14})$/;

/** An AuditEvent with its id. */
export type EventResource = JsonObject & { readonly id: string };

/** An entry of this custodian's log about one of the login's segments. */
interface Place {
  readonly segment: SegmentId;
  readonly index: number;
}

/** What of this custodian's log is about the segments of a login, under one head that is signed now. */
export class ReceiptEvents {
  readonly #context: PatientContext;
  readonly #head: LogHead;
  readonly #checkpoint: string;
  /** Oldest first. */
  readonly places: readonly Place[];

  private constructor(context: PatientContext, head: LogHead, checkpoint: string, places: readonly Place[]) {
    this.#context = context;
    this.#head = head;
    this.#checkpoint = checkpoint;
    this.places = places;
  }

  /** Throws `custody-not-ready` and `log-rolled-back`: a log that lost something signs nothing. */
  static async of({
    context,
    patient,
  }: Pick<PatientExchange, "context" | "patient">): Promise<ReceiptEvents> {
    const { receipts, keys } = context;
    await requireWholeLog(context);
    const head = receipts.head();
    const places = patient.segments.flatMap(({ segment }) =>
      receipts
        .find(segmentTag(keys.tagSecret, segment))
        .filter((index) => index < head.size)
        .map((index): Place => ({ segment, index })),
    );
    const ordered = places.toSorted((a, b) => a.index - b.index);
    return new ReceiptEvents(context, head, await signedHead(context, head), ordered);
  }

  /** The place that an id names; `null` also for an entry about somebody else. */
  placeOf(id: string): Place | null {
    const index = Number(ID.exec(id)?.[1] ?? Number.NaN);
    return this.places.find((place) => place.index === index) ?? null;
  }

  /**
   * The entry as an AuditEvent. Who asked, when, why and what came of it is sealed to the patient: this node cannot read it again, so the time is masked and the only agent is the custodian. With the sealed entry
   * stands its inclusion in the log (C2SP tlog-proof), so that nobody has to be believed.
   */
  async event({ segment, index }: Place): Promise<EventResource> {
    const { receipts, organisation, name } = this.#context;
    const { commitment, sealed } = await receipts.read(index);
    const path = receipts.inclusionProof(index, this.#head.size);
    const proof = formatTlogProof({ extra: null, index, path, checkpoint: this.#checkpoint });
    const detail = (type: string, bytes: Uint8Array): JsonObject => ({
      type,
      valueBase64Binary: toBase64(bytes),
    });
    return {
      resourceType: "AuditEvent",
      id: `receipt-${index}`,
      type: { system: "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", code: "access" },
      _recorded: {
        extension: [
          { url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "masked" },
        ],
      },
      agent: [
        {
          type: {
            coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "CST" }],
          },
          who: { identifier: { system: ORGANISATION_SYSTEM, value: organisation } },
          requestor: false,
        },
      ],
      source: { observer: { display: name } },
      entity: [
        { what: { identifier: { system: SEGMENT_SYSTEM, value: segment } } },
        {
          what: { identifier: { system: RECEIPT_SYSTEM, value: `${logOrigin(organisation)}#${index}` } },
          type: { system: "http://terminology.hl7.org/CodeSystem/audit-entity-type", code: "2" },
          detail: [
            detail(RECEIPT_DETAILS.commitment, commitment),
            detail(RECEIPT_DETAILS.sealed, sealed),
            detail(RECEIPT_DETAILS.proof, utf8ToBytes(proof)),
          ],
        },
      ],
    };
  }
}
