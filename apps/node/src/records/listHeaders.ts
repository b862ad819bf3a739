import type { HeaderPage } from "@anamnesis/api/routes/exchange";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import type { BodyLabel, Digest, OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import { header } from "@anamnesis/core/record/header";
import { headerStatement, type SignedHeaderStatement } from "@anamnesis/core/record/headerStatement";
import { type AccessRequest, accessRequestDigest } from "@anamnesis/core/release/accessRequest";
import { type AccessServices, authoriseAccess } from "../access/authoriseAccess.ts";
import { anchorProofOf } from "../anchor/anchorProof.ts";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import type { NodeContext } from "../context.ts";
import { cardChain } from "../segments/cardStore.ts";
import { permitsOf } from "../segments/permitStore.ts";
import { statedHeaders } from "./statedHeaders.ts";

const PAGE = 512;

/** A page of what this node keeps of a segment: for its owner or a grantee. Permits and cards come with the first page, and with the last: who goes on from an earlier list sees the newest too. */
export async function listHeaders(
  context: NodeContext,
  services: AccessServices,
  request: AccessRequest,
): Promise<HeaderPage> {
  const segment = await authoriseAccess(context, services, request, "headers");
  const rows = await context.db.query<{
    position: number;
    record: RecordId;
    label: BodyLabel;
    organisation: OrganisationId;
    header: Uint8Array;
  }>(
    `select position, record, label, organisation, header from records
     where segment = $1 and position >= $2 order by position limit $3`,
    [segment, request.body.from, PAGE + 1],
  );
  const page = rows.slice(0, PAGE);
  const anchored = await firstAnchoredOf(context, page);
  const headers: HeaderPage["headers"][number][] = [];
  for (const row of page) {
    const first = anchored(row);
    const anchor = first?.label === row.label ? await anchorProofOf(context, first) : null;
    headers.push({ header: header.decode(row.header), anchor });
  }
  const next = rows[PAGE]?.position ?? null;
  const atEnds = request.body.from === 0 || next === null;
  return {
    statement: await stateAll(context, segment, request),
    headers,
    permits: atEnds ? await permitsOf(context.db, segment) : [],
    cards: atEnds ? await cardChain(context.db, segment) : [],
    next,
    end: next ?? Math.max(request.body.from, (page.at(-1)?.position ?? -1) + 1),
  };
}

/** Signed with every page, over the whole list: whoever pages through it can hold what it got against this node's word. */
async function stateAll(
  context: NodeContext,
  segment: SegmentId,
  request: AccessRequest,
): Promise<SignedHeaderStatement> {
  const statement = {
    home: context.organisation,
    segment,
    request: toHex<Digest>(accessRequestDigest(request.body)),
    time: context.clock.now(),
    ...(await statedHeaders(context.db, segment)),
  };
  return { statement, signature: context.keys.signMessage(fromHex(headerStatement.digest(statement))) };
}
