import { generateKeyPairSync } from "node:crypto";
import { isAnamnesisError } from "@anamnesis/core/errors";
import { describe, expect, it } from "vitest";
import { parseClients } from "./parseClients.ts";

const jwkOf = (key: ReturnType<typeof generateKeyPairSync>["publicKey"]): Record<string, unknown> => ({
  ...(key as unknown as { export(as: { format: "jwk" }): object }).export({ format: "jwk" }),
});
const ec = generateKeyPairSync("ec", { namedCurve: "P-384" });
const P384 = { ...jwkOf(ec.publicKey), kid: "one" };
const PRIVATE = { ...ec.privateKey.export({ format: "jwk" }), kid: "one" };
const P256 = { ...jwkOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey), kid: "one" };
const RSA = { ...jwkOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey), kid: "two" };
const SMALL = { ...jwkOf(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey), kid: "two" };

const VALID = {
  clientId: "lab",
  name: "Laboratory",
  jwks: { keys: [P384, RSA] },
  role: "laboratory",
  purposes: ["TREAT"],
  scopes: ["system/Observation.rs?category=laboratory"],
};

const PATIENTS = {
  ...VALID,
  purposes: ["PATRQT"],
  scopes: ["patient/AuditEvent.rs", "patient/Consent.crs"],
  redirectUris: ["https://app.example/back"],
};

function refusal(...clients: readonly unknown[]): unknown {
  try {
    parseClients(clients, "fhir.clients");
  } catch (error) {
    return error;
  }
  return null;
}

describe("a client of the configuration", () => {
  it("is read, its keys with the algorithm that they sign with", () => {
    const [client] = parseClients([{ ...VALID, actor: `0x${"ab".repeat(32)}` }], "fhir.clients");
    expect(client).toMatchObject({ clientId: "lab", actor: `0x${"ab".repeat(32)}`, redirectUris: [] });
    expect(client?.jwks.map(({ kid, alg }) => [kid, alg])).toEqual([
      ["one", "ES384"],
      ["two", "RS384"],
    ]);
    expect(parseClients(undefined, "fhir.clients")).toEqual([]);
  });

  it.each<[string, object]>([
    ["", { secret: "x" }],
    [".clientId", { clientId: "a b" }],
    [".name", { name: "" }],
    [".jwks", { jwks: undefined }],
    [".jwks", { jwks: { keys: [] } }],
    [".jwks", { jwks: { keys: [PRIVATE] } }],
    [".jwks", { jwks: { keys: [P256] } }],
    [".jwks", { jwks: { keys: [SMALL] } }],
    [".jwks", { jwks: { keys: [{ ...P384, kid: undefined }] } }],
    [".jwks", { jwks: { keys: [{ ...P384, x: "AAAA" }] } }],
    [".jwks", { jwks: { keys: [{ ...P384, alg: "ES256" }] } }],
    [".jwks", { jwks: { keys: [P384, P384] } }],
    [".jwks", { jwks: { keys: [{ kty: "oct", k: "secret", kid: "x" }] } }],
    [".role", { role: "Laboratory!" }],
    [".actor", { actor: "0x12" }],
    [".purposes", { purposes: [] }],
    [".purposes", { purposes: ["MARKETING"] }],
    [".purposes", { purposes: ["TREAT", "TREAT"] }],
    [".scopes", { scopes: [] }],
    [".scopes", { scopes: ["system/Observation.read"] }],
    [".scopes", { scopes: ["system/Observation.rs?code=a b"] }],
    [".scopes", { scopes: ["user/Observation.rs"] }],
    [".scopes", { ...PATIENTS, scopes: ["patient/Observation.rs"] }],
    [".scopes", { ...PATIENTS, scopes: ["patient/AuditEvent.crs"] }],
    [".scopes", { ...PATIENTS, scopes: ["patient/*.rs"] }],
    [".scopes", { ...PATIENTS, redirectUris: [] }],
    [".purposes", { ...PATIENTS, purposes: ["TREAT"] }],
    [".redirectUris", { redirectUris: ["http://app.example/back"] }],
    [".redirectUris", { redirectUris: ["https://app.example/back#x"] }],
    [".redirectUris", { redirectUris: ["https://user:secret@app.example/back"] }],
  ])("is refused at%s when it is %j", (at, changes) => {
    const error = refusal({ ...VALID, ...changes });
    expect(error).toMatchObject({ code: "bad-config", meta: { key: `fhir.clients[0]${at}` } });
    expect(isAnamnesisError(error) && JSON.stringify(error)).not.toContain("secret");
  });

  it("may be one to which patients log in", () => {
    expect(refusal(PATIENTS)).toBeNull();
    expect(refusal({ ...PATIENTS, scopes: ["user/Patient.rs", "patient/Consent.rs"] })).toBeNull();
  });

  it("has an id of its own", () => {
    expect(refusal(VALID, VALID)).toMatchObject({ code: "bad-config", meta: { key: "fhir.clients" } });
    expect(refusal(VALID, { ...VALID, clientId: "other" })).toBeNull();
  });
});
