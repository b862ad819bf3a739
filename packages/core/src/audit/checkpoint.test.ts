import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { equalBytes, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import { AnamnesisError } from "../errors.ts";
import {
  formatCheckpoint,
  formatNoteSignature,
  parseCheckpoint,
  signCheckpoint,
  verifyCheckpoint,
} from "./checkpoint.ts";
import {
  checkpointKeyId,
  formatVerifierKey,
  fromBase64,
  parseVerifierKey,
  toBase64,
} from "./checkpointKey.ts";
import { EMPTY_ROOT } from "./merkleTree.ts";

const secret = new Uint8Array(32).fill(7);
const publicKey = ed25519.getPublicKey(secret);
const sign = (message: Uint8Array): Uint8Array => ed25519.sign(message, secret);
const origin = "hospital-a.example/receipts";
const key = { name: origin, publicKey };
const head = { origin, size: 4127, root: new Uint8Array(32).fill(9) };

const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return error instanceof AnamnesisError ? (error as AnamnesisError).code : "not ours";
  }
  return "none";
};

let signed = "";
beforeAll(async () => {
  signed = await signCheckpoint(head, publicKey, sign);
});

/** The published example of a signed note, from the documentation of Go's `golang.org/x/mod/sumdb/note`. */
const PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_NOTE =
  "If you think cryptography is the answer to your problem,\n" +
  "then you don't know what your problem is.\n";
const PETER_SIGNATURE =
  "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

describe("verifier keys", () => {
  it("reads, writes and derives the published key", () => {
    const peter = parseVerifierKey(PETER_KEY);
    expect(peter.name).toBe("PeterNeumann");
    expect(toHex(checkpointKeyId(peter))).toBe("0xc74f20a3");
    expect(formatVerifierKey(peter)).toBe(PETER_KEY);
    const signature = (fromBase64(PETER_SIGNATURE) as Uint8Array).slice(4);
    expect(ed25519.verify(signature, utf8ToBytes(PETER_NOTE), peter.publicKey)).toBe(true);
  });

  it("round-trips ours", () => {
    expect(parseVerifierKey(formatVerifierKey(key))).toEqual(key);
  });

  it.each([
    ["another name", PETER_KEY.replace("Peter", "Petra")],
    ["another key id", PETER_KEY.replace("c74f", "c74e")],
    ["an upper-case key id", PETER_KEY.replace("c74f20a3", "C74F20A3")],
    ["another signature type", PETER_KEY.replace("+AR", "+Ah")],
    ["a short key", PETER_KEY.slice(0, -4)],
    ["no name", PETER_KEY.slice("PeterNeumann".length)],
    ["a name with a space", PETER_KEY.replace("PeterNeumann", "Peter Neumann")],
    ["a line feed at the end", `${PETER_KEY}\n`],
    ["nothing", ""],
  ])("refuses %s", (_, text) => {
    expect(codeOf(() => parseVerifierKey(text))).toBe("bad-verifier-key");
  });

  it("refuses to write names and keys that are none", () => {
    for (const name of ["", "a b", "a+b", "a\nb", "a\u00a0b", "\ud800", "x".repeat(256)]) {
      expect(codeOf(() => formatVerifierKey({ name, publicKey }))).toBe("bad-verifier-key");
    }
    expect(codeOf(() => formatVerifierKey({ name: origin, publicKey: publicKey.slice(1) }))).toBe(
      "bad-verifier-key",
    );
  });
});

describe("checkpoints", () => {
  it("has the form of C2SP tlog-checkpoint", () => {
    expect(formatCheckpoint({ origin, size: 0, root: EMPTY_ROOT })).toBe(
      `${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`,
    );
    expect(signed).toMatch(
      /^hospital-a\.example\/receipts\n4127\nCQkJ[A-Za-z0-9+/]+=\n\n\u2014 hospital-a\.example\/receipts [A-Za-z0-9+/]+=*\n$/u,
    );
    expect(signed.length).toBeLessThan(1024);
  });

  it("gives back what was signed", () => {
    expect(verifyCheckpoint(signed, key)).toEqual(head);
    const parsed = parseCheckpoint(signed);
    expect(parsed.signatures).toHaveLength(1);
    expect(equalBytes(parsed.note, utf8ToBytes(formatCheckpoint(head)))).toBe(true);
  });

  it("works with a signer that answers later", async () => {
    const text = await signCheckpoint(head, publicKey, (message) => Promise.resolve(sign(message)));
    expect(text).toBe(signed);
  });

  it("lets no head leave that another key signed", async () => {
    const other = (message: Uint8Array): Uint8Array => ed25519.sign(message, new Uint8Array(32).fill(8));
    await expect(signCheckpoint(head, publicKey, other)).rejects.toMatchObject({
      code: "bad-checkpoint-signature",
    });
  });

  it.each([
    ["an empty origin", { origin: "" }],
    ["an origin with a line feed", { origin: "a\nb" }],
    ["a negative size", { size: -1 }],
    ["half an entry", { size: 0.5 }],
    ["a size above 2^53 - 1", { size: 2 ** 53 }],
    ["a short root", { root: new Uint8Array(31) }],
  ])("does not sign %s", async (_, part) => {
    expect(codeOf(() => formatCheckpoint({ ...head, ...part }))).toBe("bad-checkpoint");
    await expect(signCheckpoint({ ...head, ...part }, publicKey, sign)).rejects.toMatchObject({
      code: "bad-checkpoint",
    });
  });

  it("keeps witnesses' lines, whatever their type, and verifies without them", () => {
    const witness = {
      name: "witness.example",
      keyId: Uint8Array.of(1, 2, 3, 4),
      signature: new Uint8Array(72),
    };
    const text = `${signed}${formatNoteSignature(witness)}`;
    expect(parseCheckpoint(text).signatures[1]).toEqual(witness);
    expect(verifyCheckpoint(text, key)).toEqual(head);
    const sameName = { ...witness, name: origin };
    expect(verifyCheckpoint(`${signed}${formatNoteSignature(sameName)}`, key)).toEqual(head);
  });

  it("refuses a second line of the log's key that does not verify", () => {
    const line = { name: origin, keyId: checkpointKeyId(key), signature: new Uint8Array(64) };
    const text = `${signed}${formatNoteSignature(line)}`;
    expect(codeOf(() => verifyCheckpoint(text, key))).toBe("bad-checkpoint-signature");
  });

  it("takes signed extension lines and refuses altered ones", () => {
    const note = `${formatCheckpoint(head)}an extension\n`;
    const line = { name: origin, keyId: checkpointKeyId(key), signature: sign(utf8ToBytes(note)) };
    const text = `${note}\n${formatNoteSignature(line)}`;
    expect(verifyCheckpoint(text, key)).toEqual(head);
    expect(codeOf(() => verifyCheckpoint(text.replace("an ext", "no ext"), key))).toBe(
      "bad-checkpoint-signature",
    );
  });

  it("counts for its own name and key only", () => {
    const other = { ...key, publicKey: ed25519.getPublicKey(new Uint8Array(32).fill(8)) };
    expect(codeOf(() => verifyCheckpoint(signed, other))).toBe("bad-checkpoint-signature");
    expect(codeOf(() => verifyCheckpoint(signed, { ...key, name: "other.example" }))).toBe(
      "bad-checkpoint-signature",
    );
  });

  it("does not let a log's key sign the head of another log", () => {
    const note = formatCheckpoint({ ...head, origin: "other.example" });
    const line = { name: origin, keyId: checkpointKeyId(key), signature: sign(utf8ToBytes(note)) };
    const text = `${note}\n${formatNoteSignature(line)}`;
    expect(codeOf(() => verifyCheckpoint(text, key))).toBe("bad-checkpoint-signature");
  });

  it("has no altered character that passes", () => {
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 127 }), (at, change) => {
        const altered =
          signed.slice(0, at) + String.fromCharCode(signed.charCodeAt(at) ^ change) + signed.slice(at + 1);
        expect(["bad-checkpoint", "bad-checkpoint-signature"]).toContain(
          codeOf(() => verifyCheckpoint(altered, key)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (a, b) => {
        expect(codeOf(() => parseCheckpoint(a))).toBe("bad-checkpoint");
        expect(codeOf(() => parseCheckpoint(`${a}\n1\n${b}\n\n\u2014 a b\n`))).toBe("bad-checkpoint");
      }),
    );
  });

  it.each([
    ["leading zeros", (text: string) => text.replace("4127", "04127")],
    ["a sign", (text: string) => text.replace("4127", "+4127")],
    ["a size above 2^53 - 1", (text: string) => text.replace("4127", "9007199254740992")],
    ["a root of 31 bytes", (text: string) => text.replace(/CQkJ[^\n]+/, toBase64(new Uint8Array(31)))],
    ["base64 without padding", (text: string) => text.replace("=\n\n", "\n\n")],
    ["a second encoding of the root", (text: string) => text.replace("k=\n\n", "l=\n\n")],
    ["carriage returns", (text: string) => text.replaceAll("\n", "\r\n")],
    ["no signature", (text: string) => text.slice(0, text.indexOf("\u2014"))],
    ["no final line feed", (text: string) => text.slice(0, -1)],
    ["an empty line among signatures", (text: string) => `${text}\n`],
    ["an empty extension line", (text: string) => text.replace("\n\n", "\n\n\n")],
    ["a hyphen for the dash", (text: string) => text.replace("\u2014", "-")],
    ["a byte order mark", (text: string) => `\ufeff${text}`],
    ["a lone surrogate", (text: string) => text.replace("hospital", "\ud800")],
    ["more than 16,384 characters", (text: string) => text + text.slice(text.indexOf("\u2014")).repeat(200)],
    ["nothing", () => ""],
  ])("refuses %s", (_, alter) => {
    expect(codeOf(() => parseCheckpoint(alter(signed)))).toBe("bad-checkpoint");
  });
});
