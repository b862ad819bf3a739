import { describe, expect, it } from "vitest";
import { ed25519PublicKey, ed25519Sign } from "../crypto/ed25519.ts";
import { toHex, utf8ToBytes } from "../encoding/bytes.ts";
import { parseOrganisationId, parseUnixSeconds } from "../ids.ts";
import { formatAddCheckpoint, parseAddCheckpoint } from "./addCheckpoint.ts";
import { parseCheckpoint, signCheckpoint, verifyCheckpoint } from "./checkpoint.ts";
import { formatVerifierKey, parseVerifierKey } from "./checkpointKey.ts";
import { cosign, verifyCosignatures } from "./cosignature.ts";
import { logOrigin, organisationOfLog, witnessName } from "./logOrigin.ts";
import { leafHash, MerkleTree } from "./merkleTree.ts";
import { formatTlogProof, parseTlogProof, verifyTlogProof } from "./tlogProof.ts";

const secretOf = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);
const signerOf = (seed: number) => (message: Uint8Array) => ed25519Sign(message, secretOf(seed));
const organisation = (seed: number) => parseOrganisationId(toHex(secretOf(seed)));
const log = { name: logOrigin(organisation(1)), publicKey: ed25519PublicKey(secretOf(1)) };
const witness = (seed: number) => ({
  name: witnessName(organisation(seed)),
  publicKey: ed25519PublicKey(secretOf(seed)),
});
const time = parseUnixSeconds(1_679_315_147);

const tree = new MerkleTree();
for (let i = 0; i < 5; i++) tree.append(leafHash(utf8ToBytes(`${i}`)));
const signed = () =>
  signCheckpoint({ origin: log.name, size: 5, root: tree.root() }, log.publicKey, signerOf(1));

async function cosigned(...seeds: number[]): Promise<string> {
  let text = await signed();
  for (const seed of seeds) text += await cosign(text, witness(seed), time, signerOf(seed));
  return text;
}

describe("cosignatures", () => {
  it("stand after the log's signature and are over time and note", async () => {
    const text = await cosigned(2, 3);
    expect(verifyCheckpoint(text, log).size).toBe(5);
    expect(verifyCosignatures(text, [witness(2), witness(3), witness(4)])).toEqual([
      { witness: witness(2), time },
      { witness: witness(3), time },
    ]);
    const { signatures, note } = parseCheckpoint(text);
    const [, line] = signatures;
    expect(line?.signature.length).toBe(72);
    const message = utf8ToBytes(`cosignature/v1\ntime 1679315147\n${new TextDecoder().decode(note)}`);
    expect(toHex(line?.signature.slice(8) as Uint8Array)).toBe(toHex(ed25519Sign(message, secretOf(2))));
  });

  it("take the newest of one witness's lines", async () => {
    const later = parseUnixSeconds(time + 5);
    const text = await cosigned(2);
    const both = text + (await cosign(text, witness(2), later, signerOf(2)));
    expect(verifyCosignatures(both, [witness(2)])).toEqual([{ witness: witness(2), time: later }]);
  });

  it("do not count for another head, time or key", async () => {
    const text = await cosigned(2);
    const bad: unknown = expect.objectContaining({ code: "bad-cosignature" });
    const line = text.split("\n").at(-2) as string;
    const other = await signCheckpoint(
      { origin: log.name, size: 4, root: tree.root(4) },
      log.publicKey,
      signerOf(1),
    );
    expect(() => verifyCosignatures(`${other}${line}\n`, [witness(2)])).toThrowError(bad);
    const [, name, encoded] = line.split(" ") as [string, string, string];
    const bytes = Buffer.from(encoded, "base64");
    bytes[11] = (bytes[11] as number) ^ 1;
    const moved = `\u2014 ${name} ${bytes.toString("base64")}\n`;
    expect(() => verifyCosignatures(`${text.slice(0, -line.length - 1)}${moved}`, [witness(2)])).toThrowError(
      bad,
    );
    expect(verifyCosignatures(text, [{ ...witness(3), name: witness(2).name }])).toEqual([]);
    await expect(cosign(text, witness(2), time, signerOf(3))).rejects.toThrowError(bad);
  });

  it("have verifier keys of their own type", () => {
    const key = formatVerifierKey(witness(2), "cosigner");
    expect(parseVerifierKey(key, "cosigner")).toEqual(witness(2));
    expect(() => parseVerifierKey(key)).toThrowError(expect.objectContaining({ code: "bad-verifier-key" }));
    expect(key).not.toBe(formatVerifierKey(witness(2)));
  });

  it("have logs whose origin names the custodian", () => {
    expect(organisationOfLog(log.name)).toBe(organisation(1));
    expect(organisationOfLog(witness(1).name)).toBeNull();
    expect(organisationOfLog(`${log.name}0`)).toBeNull();
  });
});

describe("add-checkpoint", () => {
  it("is read back as it was written", async () => {
    const checkpoint = await signed();
    for (const oldSize of [0, 3, 5]) {
      const request = { oldSize, proof: tree.consistencyPath(oldSize, 5), checkpoint };
      expect(parseAddCheckpoint(formatAddCheckpoint(request))).toEqual(request);
    }
  });

  it.each([
    "",
    "old 1\n",
    "old 01\n\nx",
    "old -1\n\nx",
    "new 1\n\nx",
    "old 1\n!!\n\nx",
    "old 1\nAA==\n\nx",
    `old 1\n${`${Buffer.alloc(32).toString("base64")}\n`.repeat(64)}\nx`,
  ])("refuses form %#", (text) => {
    expect(() => parseAddCheckpoint(text)).toThrowError(
      expect.objectContaining({ code: "bad-add-checkpoint" }),
    );
  });
});

describe("proof files", () => {
  it("are the specification's lines, and verify against log and witnesses", async () => {
    const checkpoint = await cosigned(2);
    const extra = utf8ToBytes("entry");
    const proof = { extra, index: 3, path: tree.inclusionPath(3), checkpoint };
    const text = formatTlogProof(proof);
    expect(text.split("\n").slice(0, 3)).toEqual(["c2sp.org/tlog-proof@v1", "extra ZW50cnk=", "index 3"]);
    expect(text.endsWith(checkpoint)).toBe(true);
    expect(parseTlogProof(text)).toEqual(proof);
    const bare = formatTlogProof({ ...proof, extra: null });
    expect(parseTlogProof(bare).extra).toBeNull();
    const policy = { log, witnesses: [witness(2)] };
    const { head, cosignatures } = verifyTlogProof(parseTlogProof(text), leafHash(utf8ToBytes("3")), policy);
    expect(head.size).toBe(5);
    expect(cosignatures).toHaveLength(1);
  });

  it("do not verify for another leaf, index, log or path", async () => {
    const proof = { extra: null, index: 3, path: tree.inclusionPath(3), checkpoint: await cosigned(2) };
    const leaf = leafHash(utf8ToBytes("3"));
    const policy = { log, witnesses: [] };
    const badProof: unknown = expect.objectContaining({ code: "bad-proof" });
    expect(() => verifyTlogProof(proof, leafHash(utf8ToBytes("4")), policy)).toThrowError(badProof);
    expect(() => verifyTlogProof({ ...proof, index: 2 }, leaf, policy)).toThrowError(badProof);
    expect(() => verifyTlogProof({ ...proof, path: proof.path.slice(1) }, leaf, policy)).toThrowError(
      badProof,
    );
    expect(() => verifyTlogProof(proof, leaf, { ...policy, log: witness(2) })).toThrowError(
      expect.objectContaining({ code: "bad-checkpoint-signature" }),
    );
  });

  it.each([
    "c2sp.org/tlog-proof@v2\nindex 0\n\nx",
    "c2sp.org/tlog-proof@v1\nindex 00\n\nx",
    "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\nx",
    "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\nx",
    "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx",
    "c2sp.org/tlog-proof@v1\nindex 0\nx",
  ])("refuses form %#", (text) => {
    expect(() => parseTlogProof(text)).toThrowError(expect.objectContaining({ code: "bad-proof" }));
  });
});
