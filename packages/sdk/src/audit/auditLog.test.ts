import { verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { SegmentId } from "@anamnesis/core/ids";
import { beforeEach, describe, expect, it } from "vitest";
import { readLedger } from "../ledgerView.ts";
import { FakeConsortium } from "../testing/fakeConsortium.ts";
import { random } from "../testing/random.ts";
import { auditLog, type AuditParameters } from "./auditLog.ts";
import { type AuditState, formatAuditState, parseAuditState } from "./auditState.ts";

const segment = `0x${"5".repeat(64)}` as SegmentId;
let world: FakeConsortium;

function entries(count: number) {
  return Array.from({ length: count }, () => ({ segment, commitment: random(32), sealed: random(8) }));
}

function audit(state: AuditState | null, more: Partial<AuditParameters> = {}) {
  return auditLog({ runtime: world.runtime, endpoint: world.member(0).endpoint, state, ...more });
}

/** The state as the file keeps it. */
function kept(state: AuditState | null): AuditState | null {
  return state === null ? null : parseAuditState(formatAuditState(state));
}

async function grow(count: number): Promise<void> {
  world.node(0).log.push(...entries(count));
  await world.cosignLogs();
}

beforeEach(async () => {
  world = await FakeConsortium.create();
});

describe("auditLog", () => {
  it("follows a log as it grows, each entry read once, across edges of tiles", async () => {
    let state: AuditState | null = null;
    let size = 0;
    for (const count of [0, 1, 254, 1, 1, 255, 700, 0]) {
      await grow(count);
      world.anchorLogs();
      const report = await audit(kept(state), { ledger: await readLedger(world.ledger) });
      size += count;
      expect(report).toMatchObject({ findings: [], entries: count, head: { size } });
      expect(report.cosignatures).toHaveLength(2);
      expect(report.compared.witnesses).toBe(2);
      expect(report.state?.whole.size).toBe(size - (size % 256));
      state = report.state;
    }
    expect(toHex(state?.root as Uint8Array)).toBe(
      toHex(verifyCheckpoint(world.node(0).published ?? "", state?.log as never).root),
    );
  });

  it("finds the higher tiles' hashes and reads only what is new", async () => {
    await grow(600);
    const { state } = await audit(null);
    await grow(500);
    const paths: string[] = [];
    world.intercept = (_endpoint, _method, path) => {
      if (path.startsWith("/v1/log/tile/")) paths.push(path.slice("/v1/log/tile/".length));
    };
    expect((await audit(kept(state))).findings).toEqual([]);
    expect(paths.toSorted()).toEqual(
      [
        "0/002",
        "0/003",
        "0/004.p/76",
        "1/000.p/4",
        "entries/002",
        "entries/003",
        "entries/004.p/76",
      ].toSorted(),
    );
  });

  it("finds a log that was rolled back", async () => {
    await grow(300);
    const { state } = await audit(null);
    const node = world.node(0);
    node.log = node.log.slice(0, 290);
    // Alone with its older log; the witnesses remember.
    const held = [1, 2].map((i) => world.node(i).witnessed.get(world.member(0).organisation) ?? "");
    await node.publish();
    [1, 2].forEach((i) => world.node(i).witnessed.set(world.member(0).organisation, held[i - 1] ?? ""));
    const known = await audit(kept(state));
    expect(known.findings.map(({ code }) => code)).toContain("rolled-back");
    expect(known.findings[0]?.evidence).toHaveLength(2);
    expect(known.state?.size).toBe(300);
    // Who comes for the first time hears it from the witnesses.
    const first = await audit(null);
    expect(first.findings.map(({ code }) => code)).toEqual(["rolled-back", "rolled-back"]);
    expect(first.state).toBeNull();
  });

  it.each([0, 254, 255, 256, 298])("finds a log whose entry %i was changed", async (changed) => {
    await grow(300);
    world.anchorLogs();
    const ledger = await readLedger(world.ledger);
    const { state } = await audit(null, { ledger });
    const node = world.node(0);
    node.log[changed] = { ...(node.log[changed] as (typeof node.log)[number]), commitment: random(32) };
    node.log.push(...entries(10));
    const organisation = world.member(0).organisation;
    const held = world.node(1).witnessed.get(organisation) ?? "";
    await node.publish();
    const alone = await audit(kept(state));
    expect(alone.findings.map(({ code }) => code)).toEqual(["forked"]);
    expect(alone.findings[0]?.evidence).toHaveLength(2);
    expect(alone.state?.size).toBe(300);
    expect((await audit(null, { ledger })).findings.map(({ code }) => code)).toEqual(["anchor-mismatch"]);
    world.node(1).witnessed.set(organisation, held);
    expect((await audit(null)).findings.map(({ code }) => code)).toEqual(["forked"]);
  });

  it("finds tiles that do not show what was signed", async () => {
    await grow(600);
    const node = world.node(0);
    const original = node.handle.bind(node);
    for (const [path, code] of [
      ["0/001", "bad-tile"],
      ["entries/002.p/88", "bad-tile"],
      ["1/000.p/2", "bad-tile"],
      ["0/002.p/88", "bad-tile"],
    ] as const) {
      node.handle = async (route, call) => {
        const answer = await original(route, call);
        if (route !== "tile" || call.params["*"] !== path) return answer;
        const bytes = Uint8Array.from(answer as Uint8Array);
        bytes[40] = (bytes[40] as number) ^ 1;
        return bytes;
      };
      const { findings, state } = await audit(null);
      expect([path, findings[0]?.code, findings[0]?.detail]).toEqual([
        path,
        code,
        expect.stringMatching(/^tile\//),
      ]);
      expect(state).toBeNull();
    }
    // Entries and tiles that fit each other and not the root.
    node.handle = original;
    node.log[5] = { ...(node.log[5] as (typeof node.log)[number]), commitment: random(32) };
    expect((await audit(null)).findings.map(({ code }) => code)).toContain("bad-root");
  });

  it("finds another key, a bad signature and missing witnesses", async () => {
    await grow(3);
    const { log } = await audit(null);
    const other = { ...log, publicKey: world.member(1).card.ed25519 };
    const codes = async (more: Partial<AuditParameters>) =>
      (await audit(null, more)).findings.map(({ code }) => code);
    expect(await codes({ logKey: other })).toEqual(["key-changed", "bad-checkpoint"]);
    expect(await codes({ logKey: log })).toEqual([]);
    expect(await codes({ witnesses: 2 })).toEqual([]);
    const node = world.node(0);
    const published = node.published ?? "";
    const lines = published.split("\n");
    node.published = `${lines.slice(0, -2).join("\n")}\n`;
    expect(await codes({ witnesses: 2 })).toEqual(["too-few-cosignatures"]);
    expect((await audit(null, { witnesses: 2 })).state?.size).toBe(3);
    const line = lines.at(-2) ?? "";
    node.published = published.replace(line, `${line.slice(0, -6)}AAAA==`);
    expect((await codes({}))[0]).toBe("bad-cosignature");
    node.published = null;
    expect(await codes({})).toEqual(["log-unavailable"]);
  });

  it("refuses a state that is not one", () => {
    for (const text of ["", "{}", '{"version":1}', "[]"]) {
      expect(() => parseAuditState(text)).toThrowError(expect.objectContaining({ code: "bad-audit-state" }));
    }
  });
});
