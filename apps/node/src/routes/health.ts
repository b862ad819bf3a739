import type { Health } from "@anamnesis/api/routes/exchange";
import { activeCommittee } from "../committee/activeCommittee.ts";
import type { RequestWindow } from "../access/requestWindow.ts";
import { clockCheck } from "../clock/clockCheck.ts";
import { confirmedBefore } from "../clock/confirmedBefore.ts";
import type { PeerClocks } from "../clock/peerClocks.ts";
import type { NodeContext } from "../context.ts";
import { sealingState } from "../fhir/seal/sealingState.ts";
import { missingFromLog } from "../receipts/requireWholeLog.ts";

type Checks = Record<string, { ok: boolean; detail: string }>;

/**
 * `ready`: this node does everything. `starting`: its copy of the ledger is not complete, the consortium has no committee yet, the witnesses
 * were not asked yet for the heads of its log, or requests of before the start could still be taken for new ones. `degraded`: it works, but something needs an administrator.
 */
export async function health(
  context: NodeContext,
  window: Pick<RequestWindow, "after">,
  peers: Pick<PeerClocks, "ahead">,
): Promise<Health> {
  const checks: Checks = {};
  const head = context.copy.head();
  const now = context.clock.now();
  checks["ledger"] = {
    ok: head !== null && now - confirmedBefore(head.confirmedAt, now) <= context.settings.staleAfter,
    detail:
      head === null ? "not caught up yet" : `block ${head.number}, confirmed ${now - head.confirmedAt} s ago`,
  };
  checks["clock"] = clockCheck({
    ahead: peers.ahead(context.timers.now()),
    behindLedger: head === null ? null : head.time - context.clock.now(),
  });
  const committee = await activeCommittee(context);
  const held = committee === null ? null : context.share.held(committee.id);
  const member = await context.copy.member(context.organisation);
  checks["committee"] = {
    ok: committee !== null,
    detail: committee === null ? "none on the ledger" : committee.id,
  };
  const expected = committee?.row.members.includes(context.organisation) === true;
  checks["custody"] = {
    ok: !expected || held !== null,
    detail: expected
      ? held === null
        ? "share missing"
        : `share ${held.index}`
      : "not a custodian of the committee",
  };
  checks["membership"] = {
    ok: member?.status === "active",
    detail:
      member === null
        ? "not a member on the ledger"
        : member.status === "active"
          ? member.kind
          : `${member.status} by the members`,
  };
  const [signing] = await context.copy.memberKeys(context.organisation);
  const current = signing === undefined || signing.keyCard === context.keys.cardDigest;
  checks["keys"] = {
    ok: current,
    detail: current
      ? context.keys.address
      : "the members gave this organisation other keys: restart with the keystore that has them",
  };
  const log = context.receipts.head();
  const missing = await missingFromLog(context);
  checks["receipts"] = {
    ok: missing === null && context.receipts.writable(),
    detail: !context.receipts.writable()
      ? `${log.size} entries, a write failed: free space or mend the disk, then restart`
      : missing === null
        ? `${log.size} entries`
        : `${log.size} entries, not all of the ${missing.size} that were signed: restore the newest copy`,
  };
  const round = context.standing.cosignatures;
  checks["witnesses"] = {
    ok: round === null || round.count >= round.wanted,
    detail:
      round === null
        ? "no head to cosign since the start"
        : `head of ${round.size} entries: ${round.count} cosigned, ${round.wanted} needed`,
  };
  const forks = await context.witnessed.evidence();
  checks["others"] = {
    ok: forks === 0,
    detail: forks === 0 ? "no log contradicts itself" : `${forks} contradictions, see witness/evidence`,
  };
  const failure = context.blobFailure();
  checks["storage"] = {
    ok: failure === null,
    detail: failure === null ? "writable" : `the last write failed: ${failure}`,
  };
  // What the ledger refused of a decision, who made it sees in the consortium's status; nothing here is to be mended.
  const outbox = await context.db.query<{ pending: number; refused: number }>(
    `select (count(*) filter (where state = 'pending'))::int as pending,
            (count(*) filter (where state = 'refused' and type not in ('RequestJoin', 'Propose', 'Vote', 'SettleProposal')))::int
              as refused from outbox`,
  );
  const { pending = 0, refused = 0 } = outbox[0] ?? {};
  checks["outbox"] = { ok: refused === 0, detail: `${pending} waiting, ${refused} refused by the ledger` };
  const waiting = await context.db.query<{ waiting: number }>(
    "select count(*)::int as waiting from records where own and sequence is null",
  );
  checks["anchoring"] = { ok: true, detail: `${waiting[0]?.waiting ?? 0} records wait` };
  const sealing = await sealingState(context.db, now);
  checks["sealing"] = {
    ok: sealing.over === 0,
    detail: `${sealing.unsealed} versions to seal, ${sealing.waiting} wait for an admission, that of ${sealing.over} patients is over`,
  };
  const behind = await context.db.query<{ missing: number }>(
    "select count(*)::int as missing from ledger_batches where not manifest_held",
  );
  checks["manifests"] = { ok: true, detail: `${behind[0]?.missing ?? 0} missing` };
  const starting =
    head === null || committee === null || !context.standing.asked || context.clock.now() <= window.after;
  const ok = Object.values(checks).every((check) => check.ok);
  return {
    status: starting ? "starting" : ok ? "ready" : "degraded",
    organisation: context.organisation,
    checks,
  };
}
