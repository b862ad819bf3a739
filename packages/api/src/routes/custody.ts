import { releaseRequest } from "@anamnesis/core/release/releaseRequest";
import { sealedAnswer } from "@anamnesis/core/release/releaseAnswer";
import { revocation, revocationAck } from "@anamnesis/core/consent/revocation";
import { cbor, route } from "../route.ts";

export const custodyRoutes = {
  release: route({
    name: "release",
    method: "POST",
    path: "/v0/custody/release",
    signed: true,
    request: cbor(releaseRequest),
    answer: cbor(sealedAnswer),
    codes: ["custody-not-ready", "bad-request-signature", "stale-request", "replayed-request"],
  }),
  revoke: route({
    name: "revoke",
    method: "POST",
    path: "/v0/custody/revoke",
    signed: true,
    request: cbor(revocation),
    answer: cbor(revocationAck),
    codes: ["custody-not-ready", "bad-revocation"],
  }),
} as const;
