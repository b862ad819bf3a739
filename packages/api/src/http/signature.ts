import { AnamnesisError } from "@anamnesis/core/errors";
import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { Hex, UnixSeconds } from "@anamnesis/core/ids";
import { type InnerList, isInnerList, parseDictionary } from "structured-headers";

/** HTTP Message Signatures (RFC 9421) with Ed25519, over a fixed list of components. */
const COMPONENTS = ["@method", "@authority", "@path", "@query", "content-digest"] as const;
const TAG = "anamnesis";
const LABEL = "sig1";

/** Seconds by which a signature may be older than the receiver's clock; ahead of it are far fewer allowed. */
export const SIGNATURE_WINDOW = 120;

export interface SignedParts {
  readonly method: string;
  /** Host and port as the client sends them in `Host`. */
  readonly authority: string;
  readonly path: string;
  /** Begins with `?`; `?` alone when there is none. */
  readonly query: string;
  readonly contentDigest: string;
}

export interface SignatureParameters {
  readonly created: UnixSeconds;
  /** 16 random bytes in hexadecimal. */
  readonly nonce: string;
  /** Ed25519 public key, 32 bytes, as `0x…`. */
  readonly keyid: Hex;
}

function parametersText({ created, nonce, keyid }: SignatureParameters): string {
  const list = COMPONENTS.map((name) => `"${name}"`).join(" ");
  return `(${list});created=${created};nonce="${nonce}";keyid="${keyid}";alg="ed25519";tag="${TAG}"`;
}

/** RFC 9421 section 2.5. */
function signatureBase(parts: SignedParts, parameters: string): Uint8Array {
  const values = [parts.method, parts.authority, parts.path, parts.query, parts.contentDigest];
  const lines = COMPONENTS.map((name, i) => `"${name}": ${values[i] ?? ""}`);
  return utf8ToBytes([...lines, `"@signature-params": ${parameters}`].join("\n"));
}

export interface HttpSigner {
  readonly keyid: Hex;
  /** Ed25519 over the message, 64 bytes. */
  readonly sign: (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** Headers to add to the request. `nonce`: 16 random bytes. */
export async function signHttp(
  parts: SignedParts,
  signer: HttpSigner,
  created: UnixSeconds,
  nonce: Uint8Array,
): Promise<{ "content-digest": string; "signature-input": string; signature: string }> {
  const parameters = parametersText({ created, nonce: toHex(nonce).slice(2), keyid: signer.keyid });
  const signature = await signer.sign(signatureBase(parts, parameters));
  let text = "";
  for (const byte of signature) text += String.fromCharCode(byte);
  return {
    "content-digest": parts.contentDigest,
    "signature-input": `${LABEL}=${parameters}`,
    signature: `${LABEL}=:${btoa(text)}:`,
  };
}

export interface HttpSignature extends SignatureParameters {
  readonly signature: Uint8Array;
  /** What the signature is over. */
  readonly base: Uint8Array;
}

function bad(): AnamnesisError<"bad-http-signature"> {
  return new AnamnesisError({
    code: "bad-http-signature",
    rule: "A request carries one HTTP Message Signature (RFC 9421, Ed25519) over method, authority, path, query and content digest.",
    fix: "Sign with the client of this project, or see docs/api.md for the components and their order.",
  });
}

/**
 * Parses the headers of a received request; the caller verifies `signature` over `base` with `keyid`, then time and
 * nonce. Throws `bad-http-signature`.
 */
export function parseHttpSignature(
  parts: SignedParts,
  headers: { readonly signatureInput: string; readonly signature: string },
): HttpSignature {
  try {
    const inputs = parseDictionary(headers.signatureInput);
    const signatures = parseDictionary(headers.signature);
    const input = inputs.get(LABEL);
    const signature = signatures.get(LABEL);
    if (inputs.size !== 1 || signatures.size !== 1 || input === undefined || signature === undefined)
      throw bad();
    if (!isInnerList(input)) throw bad();
    const parameters = read(input);
    const value: unknown = signature[0];
    if (!(value instanceof ArrayBuffer) || value.byteLength !== 64) throw bad();
    // The text that was signed is built anew, so any other spelling of the parameters does not verify.
    return {
      ...parameters,
      signature: new Uint8Array(value),
      base: signatureBase(parts, parametersText(parameters)),
    };
  } catch {
    throw bad();
  }
}

function read(input: InnerList): SignatureParameters {
  const names = input[0].map((item): unknown => item[0]);
  if (names.length !== COMPONENTS.length || names.some((name, i) => name !== COMPONENTS[i])) throw bad();
  const parameters: ReadonlyMap<string, unknown> = input[1];
  const created = parameters.get("created");
  const nonce = parameters.get("nonce");
  const keyid = parameters.get("keyid");
  if (parameters.get("alg") !== "ed25519" || parameters.get("tag") !== TAG || parameters.size !== 5)
    throw bad();
  if (typeof created !== "number" || !Number.isSafeInteger(created) || created < 0) throw bad();
  if (typeof nonce !== "string" || !/^[0-9a-f]{32}$/.test(nonce)) throw bad();
  if (typeof keyid !== "string" || !/^0x[0-9a-f]{64}$/.test(keyid)) throw bad();
  return { created: created as UnixSeconds, nonce, keyid: keyid as Hex };
}

/** The raw key of a `keyid`, 32 bytes. */
export function keyOf(keyid: Hex): Uint8Array {
  return fromHex(keyid);
}
