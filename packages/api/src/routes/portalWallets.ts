import { struct, text, uint } from "@anamnesis/core/encoding/codec";
import type { UnixSeconds } from "@anamnesis/core/ids";
import { base64url } from "../http/base64url.ts";
import { json, route } from "../route.ts";
import { portalSession } from "./portal.ts";

/** Most bytes of a signature: what a contract account wants to see can be long. */
export const MAX_WALLET_SIGNATURE = 8 * 1024;

const nonce = struct({
  /** 32 letters and digits. */
  nonce: text(64, /^[0-9a-f]{32}$/),
  /** By the node's clock, for the message: browsers' clocks are wrong. */
  issued: uint<UnixSeconds>(),
  expires: uint<UnixSeconds>(),
});

const answer = struct({
  /** See `printSignInMessage` in core. */
  message: text(2048),
  /** 65 bytes of an account with a key of its own (r ‖ s ‖ v); else what the account's contract takes (ERC-1271), wrapped as ERC-6492 says while it does not stand yet. */
  signature: base64url({ max: MAX_WALLET_SIGNATURE }),
});

/** Signing in with a wallet (ERC-4361). A wallet opens no vault: it is a second way to a session of an account that has a passkey. */
export const portalWalletRoutes = {
  /** One that was given to a session links wallets to the account of that session alone. */
  walletNonce: route({
    name: "walletNonce",
    method: "POST",
    path: "/portal/v1/wallets/nonce",
    signed: false,
    session: "optional",
    request: json(struct({})),
    answer: json(nonce),
    codes: [],
  }),
  walletSignIn: route({
    name: "walletSignIn",
    method: "POST",
    path: "/portal/v1/wallets/sign-in",
    signed: false,
    session: "optional",
    request: json(answer, 32 * 1024),
    answer: json(portalSession),
    codes: ["sign-in-failed", "contract-accounts-unsupported", "ledger-unavailable"],
  }),
  /** From now on the wallet signs in to the account of this session. */
  walletLink: route({
    name: "walletLink",
    method: "POST",
    path: "/portal/v1/wallets/link",
    signed: false,
    session: "required",
    request: json(answer, 32 * 1024),
    answer: json(portalSession),
    codes: [
      "sign-in-failed",
      "wallet-taken",
      "too-many-wallets",
      "contract-accounts-unsupported",
      "ledger-unavailable",
    ],
  }),
  walletRemoval: route({
    name: "walletRemoval",
    method: "POST",
    path: "/portal/v1/wallets/removal",
    signed: false,
    session: "required",
    request: json(struct({ wallet: base64url({ length: 32 }) })),
    answer: json(portalSession),
    codes: ["not-found"],
  }),
} as const;
