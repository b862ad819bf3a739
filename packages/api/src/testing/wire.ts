import { AnamnesisError } from "@anamnesis/core/errors";
import type { Fetch } from "../client.ts";
import { digestOf } from "../http/contentDigest.ts";
import { decodeJson, encodeJson } from "../http/jsonBody.ts";
import type { Body, Download, Upload } from "../route.ts";

type Init = Parameters<Fetch>[1];

/** All bytes of a request of `Fetch`. */
export async function bodyOf({ body }: Init): Promise<Uint8Array<ArrayBuffer>> {
  if (body === undefined) return new Uint8Array();
  return body instanceof Uint8Array ? body : new Uint8Array(await new Response(body).arrayBuffer());
}

/** What a handler gets for it. */
export function requestOf(type: Body<unknown>, { headers }: Init, bytes: Uint8Array): unknown {
  if (type.type === "cbor") return type.format.decode(bytes);
  if (type.type === "text") return new TextDecoder().decode(bytes);
  if (type.type === "json") return decodeJson(type, new TextDecoder().decode(bytes));
  if (type.type !== "stream") return type.type === "bytes" ? bytes : undefined;
  const digest = digestOf(headers["content-digest"]);
  if (digest === null) throw new AnamnesisError({ code: "bad-http-signature", rule: "A digest.", fix: "" });
  const upload: Upload = { digest, length: bytes.length, pieces: piecesOf(bytes) };
  return upload;
}

/** A handler's answer as `Fetch` gives it. @param partial whether the request named a range. */
export async function responseOf(type: Body<unknown>, answer: unknown, partial: boolean): Promise<Response> {
  if (type.type !== "stream") return new Response(new Uint8Array(encode(type, answer)));
  const { size, from, length, pieces } = answer as Download;
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  if (!partial) return new Response(bytes, { headers: { "content-length": String(length) } });
  const range = `bytes ${from}-${from + length - 1}/${size}`;
  return new Response(bytes, { status: 206, headers: { "content-range": range } });
}

/** A blob in memory as an answer; `range`: the header of the request. */
export function downloadOf(bytes: Uint8Array, range?: string): Download {
  const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  const begin = from === undefined ? 0 : Number(from);
  const part = last === undefined ? bytes : bytes.subarray(begin, Number(last) + 1);
  return { size: bytes.length, from: begin, length: part.length, pieces: piecesOf(part) };
}

function encode(type: Body<unknown>, value: unknown): Uint8Array {
  if (type.type === "cbor") return type.format.encode(value);
  if (type.type === "bytes") return value as Uint8Array;
  return new TextEncoder().encode(type.type === "json" ? encodeJson(type, value) : ((value ?? "") as string));
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}
