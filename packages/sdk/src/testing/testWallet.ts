import { addressOf, publicKeyOf, scalarFromSeed, sign } from "@anamnesis/core/crypto/secp256k1";
import { type TypedData, typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { WalletSigner } from "../owner/ownerSigner.ts";
import { random } from "./random.ts";

/** A wallet with one account that really signs, and whose person can turn a question down. */
export function testWallet() {
  const secret = scalarFromSeed(random(48));
  const account = addressOf(publicKeyOf(secret));
  const asked: TypedData[] = [];
  let refuses: ((data: TypedData) => boolean) | null = null;
  const ask: WalletSigner = async (wanted, data) => {
    asked.push(data);
    // It has one account, and signs for no other.
    if (wanted !== account || refuses?.(data) === true) throw refused();
    return sign(typedDataDigest(data), secret);
  };
  return {
    account,
    ask,
    asked,
    statements: () => asked.map(({ message }) => String(message["statement"])),
    types: () => asked.map(({ primaryType }) => primaryType),
    refuse: (which: (data: TypedData) => boolean) => {
      refuses = which;
    },
  };
}

function refused(): AnamnesisError<"wallet-refused"> {
  return new AnamnesisError({
    code: "wallet-refused",
    rule: "Nothing was signed: the wallet's question was turned down.",
    fix: "Try again, and confirm in the wallet.",
  });
}
