import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyCardDigest, organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { ed25519Verify } from "@anamnesis/core/crypto/ed25519";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { addressOf, publicKeyOf, verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest } from "@anamnesis/core/ids";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemRandom } from "../runtime/systemRandom.ts";
import { addNextKeys, createKeystore, openKeystore } from "./keystore.ts";

const NAME = "Northern Hospital";
const PASSPHRASE = "correct horse battery staple";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keystore-"));
  path = join(folder, "keystore.age");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** With the least work, since it is the format that is tested. */
async function make(drawn: Uint8Array[] = []) {
  const random = (length: number): Uint8Array => {
    const bytes = systemRandom.bytes(length);
    drawn.push(Uint8Array.from(bytes));
    return bytes;
  };
  return createKeystore({ path, passphrase: PASSPHRASE, name: NAME, random, workFactor: 1 });
}

describe("the keystore", () => {
  it("gives the same keys when it is opened as when it was made", async () => {
    const made = await make();
    const opened = await openKeystore(path, PASSPHRASE);
    expect(opened.card).toEqual(made.card);
    expect(opened.card).toMatchObject({ subject: "organisation", name: NAME, organisation: null });
    expect(opened.cardDigest).toBe(keyCardDigest(made.card));
    expect(opened.address).toBe(addressOf(made.card.secp256k1));
    for (const secret of ["kemSeed", "tagSecret", "relayerSecret", "custodySecret"] as const) {
      expect(opened[secret]).toEqual(made[secret]);
      expect(opened[secret].some((byte) => byte !== 0)).toBe(true);
    }
    const digest = systemRandom.bytes(32);
    for (const keys of [made, opened]) {
      expect(verifyBy(digest, keys.signDigest(digest), made.address)).toBe(true);
      expect(ed25519Verify(digest, keys.signMessage(digest), made.card.ed25519)).toBe(true);
      expect((await kemKeyPair(keys.kemSeed)).publicKey).toEqual(made.card.kem);
      expect(publicKeyOf(keys.relayerSecret)).not.toEqual(made.card.secp256k1);
    }
  });

  it("stands in a file for its owner alone, with nothing secret in the plain", async () => {
    const drawn: Uint8Array[] = [];
    const keys = await make(drawn);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["keystore.age"]);
    const bytes = await readFile(path);
    const secrets = [keys.kemSeed, keys.tagSecret, keys.relayerSecret, keys.custodySecret, ...drawn];
    for (const secret of secrets) {
      expect(bytes.includes(Buffer.from(secret))).toBe(false);
      expect(bytes.includes(Buffer.from(secret).toString("hex"))).toBe(false);
      expect(bytes.includes(Buffer.from(secret).toString("base64").slice(0, 32))).toBe(false);
    }
    expect(bytes.includes(NAME)).toBe(false);
    expect(bytes.includes(PASSPHRASE)).toBe(false);
  });

  it("takes further keys, of which the first ones stay in use and make the organisation until others are named", async () => {
    const first = await make();
    const random = (length: number): Uint8Array => systemRandom.bytes(length);
    const parameters = { path, passphrase: PASSPHRASE, random, workFactor: 1 };
    expect(await codeOf(addNextKeys({ ...parameters, passphrase: "another" }))).toBe("bad-passphrase");
    await addNextKeys(parameters);
    const added = await addNextKeys(parameters);
    const opened = await openKeystore(path, PASSPHRASE);
    expect(opened.cards).toEqual(added.cards);
    expect(opened.cards[0]).toEqual(first.card);
    expect(opened.cards.map(({ name, organisation }) => [name, organisation])).toEqual([
      [NAME, null],
      [NAME, first.organisation],
      [NAME, first.organisation],
    ]);
    expect(opened.accounts).toEqual(new Set(opened.cards.map((card) => addressOf(card.secp256k1))));
    expect(opened.accounts.size).toBe(3);
    const digest = systemRandom.bytes(32);
    expect([opened.card, opened.address]).toEqual([first.card, first.address]);
    for (const card of opened.cards.toReversed()) {
      expect(opened.use(keyCardDigest(card))).toBe(true);
      expect([opened.card, opened.cardDigest]).toEqual([card, keyCardDigest(card)]);
      expect(opened.organisation).toBe(organisationIdOf(first.card));
      expect(verifyBy(digest, opened.signDigest(digest), addressOf(card.secp256k1))).toBe(true);
      expect(ed25519Verify(digest, opened.signMessage(digest), card.ed25519)).toBe(true);
      expect((await kemKeyPair(opened.kemSeed)).publicKey).toEqual(card.kem);
    }
    expect(opened.use(toHex<Digest>(digest))).toBe(false);
    expect(opened.card).toEqual(first.card);
    for (const secret of ["tagSecret", "relayerSecret", "custodySecret"] as const) {
      expect(opened[secret]).toEqual(first[secret]);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["keystore.age"]);
  });

  it("refuses a wrong passphrase", async () => {
    await make();
    for (const wrong of [`${PASSPHRASE}.`, "", PASSPHRASE.toUpperCase()]) {
      expect(await codeOf(openKeystore(path, wrong))).toBe("bad-passphrase");
    }
  });

  it("refuses a damaged file, wherever the damage is", async () => {
    await make();
    const bytes = await readFile(path);
    const text = bytes.toString("latin1");
    const mac = text.indexOf("\n--- ");
    const body = text.indexOf("\n", mac + 1) + 1;
    const damage = async (at: number, by: (byte: number) => number): Promise<string> => {
      const copy = Buffer.from(bytes);
      copy[at] = by(copy[at] ?? 0);
      await writeFile(path, copy);
      return codeOf(openKeystore(path, PASSPHRASE));
    };
    const flip = (byte: number): number => byte ^ 1;
    expect(await damage(0, flip)).toBe("keystore-corrupt");
    expect(await damage(mac + 8, (byte) => (byte === 0x41 ? 0x42 : 0x41))).toBe("keystore-corrupt");
    for (const at of [body, body + 15, body + 16, bytes.length - 1]) {
      expect([at, await damage(at, flip)]).toEqual([at, "keystore-corrupt"]);
    }
    // The salt and the wrapped key belong to what the passphrase opens: damage there cannot be told from a wrong one.
    const salt = text.indexOf("scrypt ") + 7;
    expect(await damage(salt, (byte) => (byte === 0x41 ? 0x42 : 0x41))).toBe("bad-passphrase");
    for (const length of [0, 10, mac, body, body + 16, bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, length));
      expect([length, await codeOf(openKeystore(path, PASSPHRASE))]).toEqual([length, "keystore-corrupt"]);
    }
    await writeFile(path, bytes);
    expect(await codeOf(openKeystore(path, PASSPHRASE))).toBe("no error");
  });

  it("is missing only when there is no file; one that cannot be read is not replaced", async () => {
    expect(await codeOf(openKeystore(path, PASSPHRASE))).toBe("keystore-missing");
    await make();
    const before = await readFile(path);
    expect(await codeOf(make())).toBe("keystore-exists");
    expect(await readFile(path)).toEqual(before);
    // A folder in the file's place reads as little as a file without rights, for every user.
    expect(await codeOf(openKeystore(folder, PASSPHRASE))).toBe("storage-failed");
    expect(await codeOf(openKeystore(join(path, "below"), PASSPHRASE))).toBe("storage-failed");
  });

  it("says that the medium failed when it cannot be written, and leaves no keys behind", async () => {
    const blocked = join(folder, "blocked.age");
    await mkdir(`${blocked}.tmp`);
    const parameters = { passphrase: PASSPHRASE, name: NAME, random: systemRandom.bytes, workFactor: 1 };
    expect(await codeOf(createKeystore({ ...parameters, path: blocked }))).toBe("storage-failed");
    expect(await readdir(folder)).toEqual(["blocked.age.tmp"]);
  });
});
