import { address, array, fixedBytes, hash32, mapped, struct, badField } from "@anamnesis/core/encoding/codec";
import type { Codec } from "@anamnesis/core/encoding/codec";
import { type Format, defineFormat } from "@anamnesis/core/encoding/format";
import type { CborValue } from "@anamnesis/core/encoding/cbor";
import type { ConsentId } from "@anamnesis/core/ids";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";

/** The intents that anybody may hand to a node for relaying; members' own intents never leave their node unsent. */
type RelayedIntent = Extract<Intent, { type: "RegisterConsent" | "RevokeConsent" }>;

const FIELDS: {
  readonly [T in RelayedIntent["type"]]: Codec<Omit<Extract<RelayedIntent, { type: T }>, "type">>;
} = {
  RegisterConsent: struct({ commitment: hash32(), revoker: address }),
  RevokeConsent: struct({ consent: hash32<ConsentId>() }),
};

const intent: Codec<Intent> = {
  toCbor: (value) => {
    if (value.type === "RegisterConsent")
      return { type: value.type, value: FIELDS.RegisterConsent.toCbor(value) };
    if (value.type === "RevokeConsent")
      return { type: value.type, value: FIELDS.RevokeConsent.toCbor(value) };
    throw badField("intent", "RegisterConsent or RevokeConsent");
  },
  fromCbor: (value, path) => {
    const { type, value: fields, ...more } = (value ?? {}) as Readonly<Record<string, CborValue>>;
    if (Object.keys(more).length > 0 || fields === undefined) throw badField(path, "{type, value}");
    if (type === "RegisterConsent") return { type, ...FIELDS.RegisterConsent.fromCbor(fields, path) };
    if (type === "RevokeConsent") return { type, ...FIELDS.RevokeConsent.fromCbor(fields, path) };
    throw badField(path, "RegisterConsent or RevokeConsent");
  },
};

export const signedIntent: Format<SignedIntent> = defineFormat(
  "signed-intent",
  mapped(
    struct({ intent, signatures: array(fixedBytes(65), 1, 1) }),
    (value): SignedIntent => value,
    (value) => ({ intent: value.intent, signatures: value.signatures }),
  ),
  4096,
);
