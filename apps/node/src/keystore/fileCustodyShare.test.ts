import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CertificateBody,
  committeeCertificate,
  committeeKeyId,
} from "@anamnesis/core/crypto/dkg/certificate";
import { publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest, OrganisationId } from "@anamnesis/core/ids";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import type { CustodyShare, HeldShare } from "./custodyShare.ts";
import { openCustodyShare } from "./fileCustodyShare.ts";

const SECRET = bytesOf("custody secret");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "share-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (secret = SECRET): Promise<CustodyShare> => openCustodyShare(folder, secret, systemRandom.bytes);
const files = async (): Promise<string[]> => (await readdir(folder)).toSorted();

interface Run {
  readonly run: Uint8Array;
  readonly share: HeldShare;
  readonly certificate: Uint8Array;
}

/** What a run of the key generation gives one custodian. */
function runOf(name: string): Run {
  const run = bytesOf(`run ${name}`);
  const secret = bytesOf(`share ${name}`);
  const point = publicKeyOf(secret);
  const body: CertificateBody = {
    run,
    threshold: 2,
    participants: ["a", "b"].map((party) => ({
      organisation: toHex<OrganisationId>(bytesOf(party)),
      ed25519: bytesOf(`ed ${party}`),
    })),
    publicKey: point,
    verificationShares: [point, point],
    transcript: toHex<Digest>(bytesOf(`transcript ${name}`)),
    shareEpoch: 0,
  };
  const certificate = committeeCertificate.encode({
    body,
    signatures: [new Uint8Array(64), new Uint8Array(64)],
  });
  const committee = committeeKeyId(body);
  const share = { committee, shareEpoch: 0, index: 1, committeeKey: point, verificationShare: point, secret };
  return { run, share, certificate };
}

const first = runOf("first");
const second = runOf("second");
const pendingName = ({ run }: Run): string => `share.${toHex(run).slice(2)}.pending`;

describe("a custody share", () => {
  it("counts once its certificate is whole, and after every restart", async () => {
    const shares = await open();
    await shares.storePending(first.run, first.share);
    expect(shares.held(first.share.committee)).toBeNull();
    expect((await open()).held(first.share.committee)).toBeNull();
    await shares.activate(first.run, first.certificate);
    for (const store of [shares, await open()]) {
      expect(store.held(first.share.committee)).toMatchObject(first.share);
      expect(store.held(second.share.committee)).toBeNull();
    }
    expect(await files()).toEqual(["share.active"]);
  });

  it("goes on after a kill between any two steps", async () => {
    await (await open()).storePending(first.run, first.share);
    const pending = await readFile(join(folder, pendingName(first)));
    // After the pending share was synced: the certificate may still come.
    await (await open()).activate(first.run, first.certificate);
    // After the active share was written and before the pending one was removed.
    await writeFile(join(folder, pendingName(first)), pending);
    const restarted = await open();
    expect(await files()).toEqual(["share.active"]);
    await restarted.activate(first.run, first.certificate);
    expect(restarted.held(first.share.committee)).toMatchObject(first.share);
    // In the middle of a write: only the temporary file is torn.
    await writeFile(join(folder, "share.active.tmp"), pending.subarray(0, 20));
    await writeFile(join(folder, `${pendingName(second)}.tmp`), "");
    expect((await open()).held(first.share.committee)).toMatchObject(first.share);
  });

  it("is gone after it was discarded", async () => {
    const shares = await open();
    await shares.storePending(first.run, first.share);
    await shares.discardPending(first.run);
    await shares.discardPending(first.run);
    expect(await files()).toEqual([]);
    expect(await codeOf(shares.activate(first.run, first.certificate))).toBe("dkg-unknown-run");
  });

  it("stays when a second run is committed before the ledger has said which one counts", async () => {
    const shares = await open();
    for (const { run, share, certificate } of [first, second]) {
      await shares.storePending(run, share);
      await shares.activate(run, certificate);
    }
    for (const store of [shares, await open()]) {
      expect(store.held(first.share.committee)).toMatchObject(first.share);
      expect(store.held(second.share.committee)).toMatchObject(second.share);
    }
    // A repetition of the first commit changes nothing.
    await shares.activate(first.run, first.certificate);
    expect((await open()).held(second.share.committee)).toMatchObject(second.share);
  });

  it("is never active under a certificate of another committee", async () => {
    const shares = await open();
    await shares.storePending(first.run, first.share);
    expect(await codeOf(shares.activate(first.run, second.certificate))).toBe("dkg-unknown-run");
    // The same run begun twice: the share of the second time is not the one that the first certificate names.
    await shares.storePending(first.run, second.share);
    expect(await codeOf(shares.activate(first.run, first.certificate))).toBe("dkg-unknown-run");
    expect((await open()).held(first.share.committee)).toBeNull();
  });

  it("stands in a file for its owner alone, with nothing secret in the plain", async () => {
    const shares = await open();
    await shares.storePending(first.run, first.share);
    for (const name of await files()) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      const bytes = await readFile(join(folder, name));
      expect(bytes.includes(Buffer.from(first.share.secret))).toBe(false);
      expect(bytes.includes(Buffer.from(SECRET))).toBe(false);
    }
  });

  it("refuses a damaged file, a foreign one and one under a wrong name", async () => {
    const shares = await open();
    await shares.storePending(first.run, first.share);
    const pending = await readFile(join(folder, pendingName(first)));
    await shares.activate(first.run, first.certificate);
    const active = join(folder, "share.active");
    const bytes = await readFile(active);
    for (const at of [0, 11, 12, 200, bytes.length - 17, bytes.length - 1]) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      await writeFile(active, copy);
      expect([at, await codeOf(open())]).toEqual([at, "keystore-corrupt"]);
    }
    for (const length of [0, 5, 12, 28, bytes.length - 1]) {
      await writeFile(active, bytes.subarray(0, length));
      expect([length, await codeOf(open())]).toEqual([length, "keystore-corrupt"]);
    }
    await writeFile(active, pending);
    expect(await codeOf(open())).toBe("keystore-corrupt");
    await writeFile(active, bytes);
    expect(await codeOf(open(bytesOf("another secret")))).toBe("keystore-corrupt");
    expect((await open()).held(first.share.committee)).toMatchObject(first.share);
    // What cannot be read is not taken for what is not there.
    await rename(active, `${active}.away`);
    await mkdir(active);
    expect(await codeOf(open())).toBe("storage-failed");
  });
});
