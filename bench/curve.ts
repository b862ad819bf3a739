import { randomBytes } from "node:crypto";
import { releaseShares, verifyShares } from "@anamnesis/core/crypto/dleq";
import { nobleBackend, type PointBackend, usePointBackend } from "@anamnesis/core/crypto/pointBackend";
import { publicKeyOf, recoverAddress, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { encapsulate, proveLabel, verifyLabel } from "@anamnesis/core/crypto/tdh2";
import { loadLibsecp256k1 } from "@anamnesis/native/libsecp256k1";

/** Operations a second on one core of both curve libraries, side by side: `npm run bench:curve`. */
const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));
const MILLISECONDS = 700;
const BATCH = 50;

function perSecond(work: () => void): number {
  work();
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < MILLISECONDS) {
    work();
    count++;
  }
  return count / ((performance.now() - begin) / 1000);
}

function operations(): Readonly<Record<string, () => void>> {
  const share = scalarFromSeed(random(48));
  const committeeKey = publicKeyOf(share);
  const label = random(32);
  const sealed = encapsulate({ committeeKey, random });
  const proof = proveLabel({ ...sealed, committeeKey, label, random });
  const points = Array.from({ length: BATCH }, () => publicKeyOf(scalarFromSeed(random(48))));
  const parts = { share, verificationShare: committeeKey, context: label, random };
  const release = (count: number) => () => void releaseShares({ ...parts, points: points.slice(0, count) });
  const released = releaseShares({ ...parts, points });
  const signature = sign(label, share);
  return {
    "seal: encapsulate and prove": () => {
      const fresh = encapsulate({ committeeKey, random });
      proveLabel({ ...fresh, committeeKey, label, random });
    },
    "verify a header's proof": () => void verifyLabel({ ...sealed, committeeKey, label, proof }),
    "release 1 share": release(1),
    [`release ${BATCH} shares`]: release(BATCH),
    [`verify ${BATCH} shares`]: () => void verifyShares({ ...parts, points, ...released }),
    sign: () => void sign(label, share),
    "recover a signer": () => void recoverAddress(label, signature),
  };
}

function measure(backend: PointBackend): readonly (readonly [string, number])[] {
  usePointBackend(backend);
  return Object.entries(operations()).map(([name, work]) => [name, perSecond(work)] as const);
}

const native = loadLibsecp256k1();
const js = measure(nobleBackend);
const fast = native === null ? null : measure(native);
const rows = js.map(([name, slow], i) => {
  const quick = fast?.[i]?.[1] ?? null;
  return {
    operation: name,
    noble: Math.round(slow),
    libsecp256k1: quick === null ? null : Math.round(quick),
    ratio: quick === null ? null : Number((quick / slow).toFixed(1)),
  };
});
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else console.table(rows);
