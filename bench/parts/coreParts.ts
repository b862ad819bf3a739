import { randomBytes } from "node:crypto";
import { leafHash, MerkleTree } from "@anamnesis/core/audit/merkleTree";
import { hpkeOpen, hpkeSeal, kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { encapsulate, proveLabel, verifyLabel } from "@anamnesis/core/crypto/tdh2";
import { decodeCbor, encodeCbor } from "@anamnesis/core/encoding/cbor";
import { header } from "@anamnesis/core/record/header";
import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import { toSeal } from "@anamnesis/cli/bundles/toSeal";
import { testAuthor, testSegment, testWorld } from "@anamnesis/testkit/core/world";
import type { Limits } from "../limits/measureLimits.ts";
import { cpuSeconds, quickRate, rate } from "../run/rate.ts";
import type { Part } from "./part.ts";

const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));

/** Multiplications in each: what the arithmetic alone would take. */
const MULTIPLICATIONS = { encapsulate: 3, prove: 2, verify: 4, sign: 1 } as const;

/** Leaves in a log of an ordinary age. */
const LEAVES = 10_000;

export async function coreParts(time: number, limits: Limits): Promise<readonly Part[]> {
  const curve = (count: number): readonly [number, string] => [
    limits.multiplications / count,
    `${count} multiplications`,
  ];
  return [
    parse(time, limits),
    ...(await seal(time, curve)),
    ...tdh2(time, curve),
    ...(await hpke(time)),
    tree(time, limits),
  ];
}

type CurveLimit = (count: number) => readonly [number, string];

function parse(time: number, limits: Limits): Part {
  const text = generatePatientBundle({ seed: "parts", encounters: 4 });
  const run = () =>
    toSeal(parseBundle(text), { system: "urn:anamnesis:bench", identities: memoryIdentities() });
  const { length } = run();
  const allowed = (limits.jsonParse * 1_000_000 * length) / Buffer.byteLength(text);
  return {
    what: "parse, label and split, resources",
    perCpuSecond: quickRate(time, () => void run()) * length,
    limit: [allowed, "JSON.parse"],
  };
}

async function seal(time: number, curve: CurveLimit): Promise<readonly Part[]> {
  const world = testWorld("bench");
  const segment = await testSegment("bench", "general");
  const session = await world.session(segment);
  const author = testAuthor("north");
  const bytes = random(2000);
  const { encapsulate: shared, prove, sign: signing } = MULTIPLICATIONS;
  const sealOne = () => world.seal({ segment, session, author, bytes, random });
  const sealed = await sealOne();
  const value = sealed.header;
  const encoded = header.encode(value);
  const plain = decodeCbor(encoded);
  return [
    { what: "seal a record of 2 kB", ...(await rate(time, sealOne)), limit: curve(shared + prove + signing) },
    {
      what: "deterministic CBOR of a header, encode",
      perCpuSecond: quickRate(time, () => void encodeCbor(plain)),
    },
    {
      what: "deterministic CBOR of a header, decode",
      perCpuSecond: quickRate(time, () => void decodeCbor(encoded)),
    },
    {
      what: "header, encode with its checks",
      perCpuSecond: quickRate(time, () => void header.encode(value)),
    },
    {
      what: "header, decode with its checks",
      perCpuSecond: quickRate(time, () => void header.decode(encoded)),
    },
  ];
}

function tdh2(time: number, curve: CurveLimit): readonly Part[] {
  const { committee } = testWorld("bench");
  const committeeKey = committee.publicKey;
  const label = random(32);
  const sealed = encapsulate({ committeeKey, random });
  const proof = proveLabel({ ...sealed, committeeKey, label, random });
  const secret = sealed.r;
  return [
    {
      what: "TDH2 encapsulate",
      perCpuSecond: quickRate(time, () => void encapsulate({ committeeKey, random })),
      limit: curve(MULTIPLICATIONS.encapsulate),
    },
    {
      what: "TDH2 prove",
      perCpuSecond: quickRate(time, () => void proveLabel({ ...sealed, committeeKey, label, random })),
      limit: curve(MULTIPLICATIONS.prove),
    },
    {
      what: "TDH2 verify",
      perCpuSecond: quickRate(time, () => void verifyLabel({ ...sealed, committeeKey, label, proof })),
      limit: curve(MULTIPLICATIONS.verify),
    },
    { what: "sign (ECDSA)", perCpuSecond: quickRate(time, () => void sign(label, secret)), limit: curve(1) },
  ];
}

async function hpke(time: number): Promise<readonly Part[]> {
  const { seed, publicKey } = await kemKeyPair(random(32));
  const info = random(8);
  const aad = random(32);
  const sealed = await hpkeSeal({ publicKey, info, aad, plaintext: random(200) });
  return [
    {
      what: "HPKE X-Wing seal",
      ...(await rate(time, () => hpkeSeal({ publicKey, info, aad, plaintext: aad }))),
    },
    { what: "HPKE X-Wing open", ...(await rate(time, () => hpkeOpen({ ...sealed, seed, info, aad }))) },
  ];
}

function tree(time: number, limits: Limits): Part {
  const leaf = leafHash(random(32));
  const run = (): void => {
    const grown = new MerkleTree();
    for (let i = 0; i < LEAVES; i++) grown.append(leaf);
    grown.root();
  };
  const cpu = process.cpuUsage();
  let runs = 0;
  do {
    run();
    runs++;
  } while (cpuSeconds(cpu) * 1000 < time);
  return {
    what: `RFC 6962 tree of ${LEAVES} leaves, leaves`,
    perCpuSecond: (runs * LEAVES) / cpuSeconds(cpu),
    limit: [limits.nodeHashes, "one SHA-256 a leaf"],
  };
}
