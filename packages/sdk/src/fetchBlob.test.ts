import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { expect, it } from "vitest";
import { fetchBlob } from "./fetchBlob.ts";
import { httpSigner, type Runtime } from "./runtime.ts";

const bytes = new TextEncoder().encode("ciphertext");
const cid = cidOf(bytes, CODEC_RAW);
const problem = (status: number, code: string): Response =>
  new Response(JSON.stringify({ type: "about:blank", status, title: "No.", detail: "No.", code, meta: {} }), {
    status,
  });

const given = (body: Uint8Array<ArrayBuffer>): Response =>
  new Response(body, { headers: { "content-length": String(body.length) } });

/** Nodes that answer as their name says; a node without an answer is down. */
const ANSWERS: Readonly<Record<string, () => Response>> = {
  damaged: () => problem(502, "blob-corrupt"),
  missing: () => problem(404, "not-found"),
  lying: () => given(new TextEncoder().encode("something else")),
  whole: () => given(bytes),
};

function asking(asked: string[]): Runtime {
  return {
    fetch: async (url) => {
      const { hostname } = new URL(url);
      asked.push(hostname);
      const answer = ANSWERS[hostname];
      if (answer === undefined) throw new TypeError("down");
      return answer();
    },
    now: () => 1_800_000_000 as ReturnType<Runtime["now"]>,
    random: (length) => new Uint8Array(length).fill(1),
    sleep: async () => undefined,
  };
}

const signer = httpSigner(new Uint8Array(32).fill(3));
const at = (...hosts: readonly string[]): string[] => hosts.map((host) => `http://${host}`);

it("gets a blob from the next home when one has it damaged, has it not, lies or is down", async () => {
  const asked: string[] = [];
  const endpoints = at("damaged", "missing", "lying", "down", "whole", "unasked");
  expect(await fetchBlob(asking(asked), signer, endpoints, cid, CODEC_RAW, 100)).toEqual(bytes);
  expect(asked).toEqual(["damaged", "missing", "lying", "down", "whole"]);
});

it("says so when no home has it", async () => {
  const nobody = fetchBlob(asking([]), signer, at("damaged", "down"), cid, CODEC_RAW, 100);
  await expect(nobody).rejects.toMatchObject({ code: "blob-not-found", meta: { asked: 2 } });
});
