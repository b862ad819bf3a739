import type { UnixSeconds } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import { type ClientOptions, createClient, type Fetch } from "./client.ts";
import { exchangeRoutes } from "./routes/exchange.ts";

const NOW = 1_700_000_000;

interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly body: unknown;
}

/** A node that gives these answers, one after the other, the last one for ever. */
function scripted(answers: readonly Answer[], options: Partial<ClientOptions> = {}) {
  const sent: string[] = [];
  const pauses: number[] = [];
  const fetch: Fetch = async (url) => {
    sent.push(url);
    const { status, retryAfter, body } = answers[Math.min(sent.length, answers.length) - 1] as Answer;
    return {
      status,
      headers: new Headers(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
      body: null,
      arrayBuffer: async () => new TextEncoder().encode(JSON.stringify(body)).buffer,
    };
  };
  const client = createClient({
    baseUrl: "http://node.test",
    fetch,
    signer: null,
    now: () => NOW as UnixSeconds,
    random: (length) => new Uint8Array(length),
    sleep: async (milliseconds) => void pauses.push(milliseconds),
    ...options,
  });
  return { sent, pauses, call: () => client.call(exchangeRoutes.node, {}, undefined) };
}

const problem = (code: string, meta: Record<string, unknown> = {}) => ({
  title: "A rule.",
  detail: "A fix.",
  code,
  meta,
});
const busy: Answer = { status: 503, retryAfter: "2", body: problem("busy") };
const fine: Answer = { status: 200, body: { name: "North" } };

describe("a client whose node is overloaded", () => {
  it.each(["busy", "rate-limited", "node-starting", "custody-not-ready"])(
    "waits as long as it says after %s",
    async (code) => {
      const { call, sent, pauses } = scripted([{ ...busy, body: problem(code) }, fine]);
      expect(await call()).toEqual({ name: "North" });
      expect(sent).toHaveLength(2);
      expect(pauses).toEqual([2000]);
    },
  );

  it("gives up after three tries and says how long to wait", async () => {
    const { call, sent, pauses } = scripted([busy]);
    await expect(call()).rejects.toMatchObject({ code: "busy", meta: { retryAfter: 2, retryable: true } });
    expect(sent).toHaveLength(3);
    expect(pauses).toEqual([2000, 2000]);
  });

  it.each<[string, Answer]>([
    ["when it would have to wait long", { ...busy, retryAfter: "3600" }],
    ["when no number of seconds is named", { ...busy, retryAfter: "Fri, 31 Dec 1999 23:59:59 GMT" }],
    ["when something may have been done", { ...busy, body: problem("log-failed") }],
  ])("sends nothing again %s", async (_, answer) => {
    const { call, sent } = scripted([answer, fine]);
    await expect(call()).rejects.toMatchObject({ meta: { status: 503 } });
    expect(sent).toHaveLength(1);
  });
});

describe("a client whose clock is not the node's", () => {
  const stale = (time: number, code = "stale-http-signature"): Answer => {
    return { status: 401, body: problem(code, { time }) };
  };

  it.each([
    ["behind", NOW + 300, -300, "300 s behind that of node.test"],
    ["ahead", NOW - 8, 8, "8 s ahead of that of node.test"],
  ])("says by how much it is %s", async (_, time, skew, words) => {
    for (const code of ["stale-http-signature", "stale-request"]) {
      const { call } = scripted([stale(time, code)]);
      const error = await call().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code, meta: { skew } });
      expect((error as Error).message).toContain(words);
    }
  });

  it("says nothing of clocks that agree, nor of what is no time", async () => {
    for (const time of [NOW, NOW + 2, "soon" as never, NaN]) {
      await expect(scripted([stale(time)]).call()).rejects.toMatchObject({ fix: "A fix." });
    }
  });
});
