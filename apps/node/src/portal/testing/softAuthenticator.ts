import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { encodeCbor } from "@anamnesis/core/encoding/cbor";

const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

export interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
  readonly excludeCredentials?: readonly { readonly id: string }[];
}

export interface RequestOptions {
  readonly challenge: string;
  readonly rpId: string;
}

/** What a test changes of an answer that is otherwise right. */
export interface Changes {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string;
  readonly signature?: Buffer;
  readonly id?: string;
}

/** An authenticator in software with one discoverable ES256 passkey, and the browser around it (WebAuthn Level 3). */
export class SoftAuthenticator {
  readonly id = randomBytes(16);
  readonly #origin: string;
  readonly #key: KeyObject;
  #handle = "";
  counter = 0;

  constructor(origin: string, key: KeyObject | null = null) {
    this.#origin = origin;
    this.#key = key ?? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  }

  /** The key itself, for a copy of the authenticator. */
  clone(): SoftAuthenticator {
    const copy = new SoftAuthenticator(
      this.#origin,
      createPrivateKey(this.#key.export({ format: "pem", type: "pkcs8" })),
    );
    copy.id.set(this.id);
    copy.counter = this.counter;
    copy.#handle = this.#handle;
    return copy;
  }

  get credential(): string {
    return this.id.toString("base64url");
  }

  create(options: CreationOptions, changes: Changes = {}): object {
    this.#handle = options.user.id;
    const { x = "", y = "" } = this.#key.export({ format: "jwk" });
    const cose = Buffer.concat([
      Buffer.from("a5010203262001215820", "hex"),
      Buffer.from(x, "base64url"),
      Buffer.from("225820", "hex"),
      Buffer.from(y, "base64url"),
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const authData = Buffer.concat([
      this.#data(options.rp.id, UP | UV | AT, changes),
      Buffer.alloc(16),
      length,
      this.id,
      cose,
    ]);
    const attestation = encodeCbor({ fmt: "none", attStmt: {}, authData: new Uint8Array(authData) });
    return this.#answer({
      clientDataJSON: this.#client("webauthn.create", options.challenge, changes).toString("base64url"),
      attestationObject: Buffer.from(attestation).toString("base64url"),
      transports: ["internal"],
    });
  }

  get(options: RequestOptions, changes: Changes = {}): object {
    const authData = this.#data(options.rpId, UP | UV, changes);
    const client = this.#client("webauthn.get", options.challenge, changes);
    const signed = Buffer.concat([authData, createHash("sha256").update(client).digest()]);
    return this.#answer(
      {
        clientDataJSON: client.toString("base64url"),
        authenticatorData: authData.toString("base64url"),
        signature: (changes.signature ?? sign("sha256", signed, this.#key)).toString("base64url"),
        userHandle: changes.userHandle ?? this.#handle,
      },
      changes.id,
    );
  }

  #data(rpId: string, flags: number, changes: Changes): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(changes.counter ?? this.counter);
    const rp = createHash("sha256")
      .update(changes.rpId ?? rpId)
      .digest();
    return Buffer.concat([rp, Buffer.of(changes.flags ?? flags), counter]);
  }

  #client(type: string, challenge: string, changes: Changes): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: changes.type ?? type,
        challenge: changes.challenge ?? challenge,
        origin: changes.origin ?? this.#origin,
        crossOrigin: false,
      }),
    );
  }

  #answer(response: object, id: string = this.credential): object {
    return {
      id,
      rawId: id,
      type: "public-key",
      response,
      clientExtensionResults: {},
      authenticatorAttachment: "platform",
    };
  }
}
