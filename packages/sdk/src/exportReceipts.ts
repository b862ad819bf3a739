import { formatVerifierKey } from "@anamnesis/core/audit/checkpointKey";
import { inclusionPathIn, leafHash, verifyInclusion } from "@anamnesis/core/audit/merkleTree";
import { receipt } from "@anamnesis/core/audit/receiptEntry";
import { verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { withTiles } from "@anamnesis/core/audit/tiles";
import { formatTlogProof } from "@anamnesis/core/audit/tlogProof";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import type { OrganisationId } from "@anamnesis/core/ids";
import { ownerAccess } from "./access.ts";
import { logKeyOf, type PublishedHead, publishedHead, witnessKeysOf } from "./audit/publishedHead.ts";
import { concurrently } from "./concurrently.ts";
import type { Consortium, Custodian } from "./consortium.ts";
import { receiptKeys } from "./keys/epochKeys.ts";
import { type PatientKeys, segmentOf } from "./keys/patientKeys.ts";
import { openOwnReceipt } from "./openOwnReceipt.ts";
import { codeOf } from "./ourError.ts";
import { fetchPages } from "./receipts.ts";
import type { Runtime } from "./runtime.ts";

export interface ExportReceiptsParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  /** All by default. */
  readonly kinds?: readonly SegmentKind[];
}

export interface ExportedReceipt {
  readonly kind: SegmentKind;
  readonly custodian: OrganisationId;
  readonly index: number;
  /** Such as `general-1f2e3d4c-17.tlog-proof`. */
  readonly name: string;
  /** The file (C2SP tlog-proof). It holds the entry in clear: who may see it is the patient's to say. */
  readonly text: string;
  /** How many custodians cosigned the head under which it is proved; 0 for an entry that is newer than such a head. */
  readonly witnesses: number;
}

export interface ExportedReceipts {
  readonly receipts: readonly ExportedReceipt[];
  /** Verifier keys of all custodians, as logs and as witnesses, one a line. */
  readonly verifierKeys: readonly string[];
  /** What could not be had or does not verify: the custodian and the code. */
  readonly missing: readonly {
    readonly kind: SegmentKind;
    readonly custodian: OrganisationId;
    readonly index: number | null;
    readonly code: string;
  }[];
}

/**
 * Each receipt of the patient's segments as a file that proves itself offline: entry and salt, its place in the custodian's
 * log, and the log's head with the cosignatures of the others. Whether the list is complete is `accessLog`'s to say.
 */
export async function exportReceipts(parameters: ExportReceiptsParameters): Promise<ExportedReceipts> {
  const { runtime, consortium } = parameters;
  const kinds = parameters.kinds ?? SEGMENT_KINDS;
  const { custodians } = consortium.committee;
  const receipts: ExportedReceipt[] = [];
  const missing: ExportedReceipts["missing"][number][] = [];
  await concurrently(custodians, 4, async (custodian) => {
    const published = await publishedHead(runtime, consortium, custodian).catch(() => null);
    for (const kind of kinds) {
      try {
        await exportKind(parameters, custodian, kind, published, receipts, missing);
      } catch (error) {
        missing.push({ kind, custodian: custodian.organisation, index: null, code: codeOf(error) });
      }
    }
  });
  const place = ({
    kind,
    custodian,
    index,
  }: {
    kind: SegmentKind;
    custodian: string;
    index: number | null;
  }): number[] => [
    kinds.indexOf(kind),
    custodians.findIndex(({ organisation }) => organisation === custodian),
    index ?? -1,
  ];
  const inOrder = <T extends Parameters<typeof place>[0]>(items: readonly T[]): readonly T[] =>
    items.toSorted((a, b) => {
      const other = place(b);
      return (
        place(a)
          .map((value, i) => value - (other[i] as number))
          .find((difference) => difference !== 0) ?? 0
      );
    });
  return {
    receipts: inOrder(receipts),
    verifierKeys: [
      ...custodians.map((custodian) => formatVerifierKey(logKeyOf(custodian))),
      ...witnessKeysOf(consortium).map((key) => formatVerifierKey(key, "cosigner")),
    ],
    missing: inOrder(missing),
  };
}

async function exportKind(
  parameters: ExportReceiptsParameters,
  custodian: Custodian,
  kind: SegmentKind,
  published: PublishedHead | null,
  receipts: ExportedReceipt[],
  missing: ExportedReceipts["missing"][number][],
): Promise<void> {
  const { organisation } = custodian;
  const access = ownerAccess(parameters.keys, kind);
  const seeds = await receiptKeys(parameters.keys, segmentOf(parameters.keys, kind));
  for (const { page } of await fetchPages({ parameters, access, custodian })) {
    for (const { index, commitment, sealed, path: pagePath } of page.entries) {
      try {
        const opened = await openOwnReceipt(access.segment, commitment, sealed, seeds);
        const cosigned = published !== null && index < published.head.size ? published : null;
        const checkpoint = cosigned?.checkpoint ?? page.checkpoint;
        const head = cosigned?.head ?? verifyCheckpoint(page.checkpoint, logKeyOf(custodian));
        const path =
          cosigned === null
            ? pagePath
            : await withTiles(head.size, cosigned.reader.tile, (tree) =>
                inclusionPathIn(tree, index, head.size),
              );
        const leaf = leafHash(commitment);
        const { size, root } = head;
        if (!verifyInclusion({ leafHash: leaf, index, size, path, root })) {
          missing.push({ kind, custodian: organisation, index, code: "bad-inclusion" });
          continue;
        }
        receipts.push({
          kind,
          custodian: organisation,
          index,
          name: `${kind}-${organisation.slice(2, 10)}-${index}.tlog-proof`,
          text: formatTlogProof({ extra: receipt.encode(opened), index, path, checkpoint }),
          witnesses: cosigned?.witnesses.length ?? 0,
        });
      } catch (error) {
        missing.push({ kind, custodian: organisation, index, code: codeOf(error) });
      }
    }
  }
}
