import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { KEM_MLKEM768_X25519 as nobleXWing } from "@panva/hpke-noble";
import {
  AEAD_AES_256_GCM,
  type AEADFactory,
  CipherSuite,
  KDF_HKDF_SHA256,
  type KEMFactory,
  KEM_MLKEM768_X25519 as nativeXWing,
} from "hpke";
import { AnamnesisError } from "../errors.ts";
import { badLength, expectLength } from "./length.ts";

/*
 * HPKE (RFC 9180) base mode, suite KEM X-Wing 0x647a (draft-connolly-cfrg-xwing-kem: MLKEM768-X25519),
 * KDF HKDF-SHA256 0x0001, AEAD AES-256-GCM 0x0002. Encapsulation takes its randomness from the runtime's CSPRNG.
 */

/** Private key of X-Wing: a seed. */
export const KEM_SEED_BYTES = 32;
export const KEM_PUBLIC_KEY_BYTES = 1216;
export const KEM_ENC_BYTES = 1120;

export type HpkeBackend = "native" | "js";

export interface KemKeyPair {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

/**
 * X-Wing GenerateKeyPairDerand (draft section 5.2): the seed (32 bytes) is the private key. Throws `bad-length`.
 * In JS whatever the backend: WebCrypto gives no public key for a seed without also making the private key extractable.
 */
export async function kemKeyPair(seed: Uint8Array): Promise<KemKeyPair> {
  expectLength(seed, KEM_SEED_BYTES, "KEM seed");
  return { seed, publicKey: MLKEM768X25519.keygen(seed).publicKey };
}

export interface Hpke {
  /** One-shot seal; the ciphertext is 16 bytes longer than the plaintext. Throws `bad-length`, `bad-kem-key`. */
  hpkeSeal(parts: {
    readonly publicKey: Uint8Array;
    readonly info: Uint8Array;
    readonly aad: Uint8Array;
    readonly plaintext: Uint8Array;
  }): Promise<{ enc: Uint8Array; ciphertext: Uint8Array }>;
  /** Throws `bad-length` and `hpke-open`. */
  hpkeOpen(parts: {
    readonly seed: Uint8Array;
    readonly enc: Uint8Array;
    readonly info: Uint8Array;
    readonly aad: Uint8Array;
    readonly ciphertext: Uint8Array;
  }): Promise<Uint8Array>;
  /** An exporter secret (RFC 9180 section 5.3) of 1 to 8160 bytes for a new encapsulation. Throws `bad-length`, `bad-kem-key`. */
  hpkeSendExport(parts: {
    readonly publicKey: Uint8Array;
    readonly info: Uint8Array;
    readonly exporterContext: Uint8Array;
    readonly length: number;
  }): Promise<{ enc: Uint8Array; secret: Uint8Array }>;
  /**
   * The same secret at the recipient. A wrong key or `enc` gives another secret and no error (implicit rejection), so
   * what is sealed under it must be authenticated. Throws `bad-length`, and `hpke-open` for an `enc` that no sender makes.
   */
  hpkeReceiveExport(parts: {
    readonly seed: Uint8Array;
    readonly enc: Uint8Array;
    readonly info: Uint8Array;
    readonly exporterContext: Uint8Array;
    readonly length: number;
  }): Promise<Uint8Array>;
}

/** The suite with a backend of the caller's choice; both open what the other sealed. */
export function createHpke(backend: HpkeBackend): Hpke {
  return hpkeOver(kemOf(backend), AEAD_AES_256_GCM, isEncapsulationKey);
}

export function kemOf(backend: HpkeBackend): KEMFactory {
  return backend === "native" ? nativeXWing : nobleXWing;
}

/** The same code over any KEM and AEAD, so that the vectors of RFC 9180 run through it. */
export function hpkeOver(
  kem: KEMFactory,
  aead: AEADFactory,
  acceptsPublicKey: (publicKey: Uint8Array) => boolean = () => true,
): Hpke {
  const suite = new CipherSuite(kem, KDF_HKDF_SHA256, aead);
  const { Npk, Nsk, Nenc } = suite.KEM;
  const importPublicKey = async (publicKey: Uint8Array) => {
    expectLength(publicKey, Npk, "KEM public key");
    if (!acceptsPublicKey(publicKey)) throw refusal("bad-kem-key");
    return ours("bad-kem-key", () => suite.DeserializePublicKey(publicKey));
  };
  const importSeed = async (seed: Uint8Array, enc: Uint8Array) => {
    expectLength(seed, Nsk, "KEM seed");
    expectLength(enc, Nenc, "encapsulated key");
    return suite.DeserializePrivateKey(seed, false);
  };
  return {
    async hpkeSeal({ publicKey, info, aad, plaintext }) {
      const key = await importPublicKey(publicKey);
      const sealed = await ours("bad-kem-key", () => suite.Seal(key, plaintext, { info, aad }));
      return { enc: sealed.encapsulatedSecret, ciphertext: sealed.ciphertext };
    },
    async hpkeOpen({ seed, enc, info, aad, ciphertext }) {
      const key = await importSeed(seed, enc);
      return ours("hpke-open", () => suite.Open(key, enc, ciphertext, { info, aad }));
    },
    async hpkeSendExport({ publicKey, info, exporterContext, length }) {
      expectExportLength(length);
      const key = await importPublicKey(publicKey);
      const sent = await ours("bad-kem-key", () => suite.SendExport(key, exporterContext, length, { info }));
      return { enc: sent.encapsulatedSecret, secret: sent.exportedSecret };
    },
    async hpkeReceiveExport({ seed, enc, info, exporterContext, length }) {
      expectExportLength(length);
      const key = await importSeed(seed, enc);
      return ours("hpke-open", () => suite.ReceiveExport(key, enc, exporterContext, length, { info }));
    },
  };
}

function expectExportLength(length: number): void {
  if (!Number.isSafeInteger(length) || length < 1 || length > 255 * 32)
    throw badLength("exporter secret", "1 to 8160");
}

const REFUSALS = {
  "hpke-open": {
    rule: "A sealed message opens only under its own key, info and associated data.",
    fix: "Check that it was sealed to this key and was not altered.",
  },
  "bad-kem-key": {
    rule: "A KEM public key is a valid X-Wing encapsulation key.",
    fix: "Fetch the owner's current key again; if it is the same, its owner has to publish a valid one.",
  },
} as const;

/** The library's failures under our code; its cause is left out, since it tells an attacker which step failed. */
async function ours<T>(code: keyof typeof REFUSALS, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw refusal(code);
  }
}

function refusal(code: keyof typeof REFUSALS): AnamnesisError<keyof typeof REFUSALS> {
  return new AnamnesisError({ code, ...REFUSALS[code] });
}

const MLKEM_Q = 3329;
/** 3 · 256 coefficients of 12 bits; behind them 32 bytes of seed and the X25519 key. */
const MLKEM_COEFFICIENT_BYTES = 1152;

/**
 * The modulus check of FIPS 203 section 7.2: every coefficient is below q. The native library makes it, the JS one was
 * seen not to; here it holds for both.
 */
function isEncapsulationKey(publicKey: Uint8Array): boolean {
  for (let i = 0; i < MLKEM_COEFFICIENT_BYTES; i += 3) {
    const b = publicKey[i + 1] as number;
    const first = (publicKey[i] as number) | ((b & 15) << 8);
    const second = (b >> 4) | ((publicKey[i + 2] as number) << 4);
    if (first >= MLKEM_Q || second >= MLKEM_Q) return false;
  }
  return true;
}

let chosen: Promise<{ backend: HpkeBackend; hpke: Hpke }> | undefined;

/** The runtime's own ML-KEM when it has one, found by using it once; the JS library otherwise. */
async function choose(): Promise<{ backend: HpkeBackend; hpke: Hpke }> {
  const native = createHpke("native");
  try {
    const { publicKey } = await kemKeyPair(new Uint8Array(KEM_SEED_BYTES));
    const none = new Uint8Array();
    await native.hpkeSeal({ publicKey, info: none, aad: none, plaintext: none });
    return { backend: "native", hpke: native };
  } catch {
    return { backend: "js", hpke: createHpke("js") };
  }
}

function choice(): Promise<{ backend: HpkeBackend; hpke: Hpke }> {
  return (chosen ??= choose());
}

/** Which implementation this runtime uses: `native` (WebCrypto has ML-KEM) or `js`. */
export async function hpkeBackend(): Promise<HpkeBackend> {
  return (await choice()).backend;
}

/** See `Hpke.hpkeSeal`. */
export const hpkeSeal: Hpke["hpkeSeal"] = async (parts) => (await choice()).hpke.hpkeSeal(parts);
/** See `Hpke.hpkeOpen`. */
export const hpkeOpen: Hpke["hpkeOpen"] = async (parts) => (await choice()).hpke.hpkeOpen(parts);
/** See `Hpke.hpkeSendExport`. */
export const hpkeSendExport: Hpke["hpkeSendExport"] = async (parts) =>
  (await choice()).hpke.hpkeSendExport(parts);
/** See `Hpke.hpkeReceiveExport`. */
export const hpkeReceiveExport: Hpke["hpkeReceiveExport"] = async (parts) =>
  (await choice()).hpke.hpkeReceiveExport(parts);
