import { toHex } from "@anamnesis/core/encoding/bytes";
import type { OrganisationId } from "@anamnesis/core/ids";
import { describe, expect, it } from "vitest";
import { random } from "../testing/random.ts";
import { createActorKeys } from "./actorKeys.ts";
import { openVault, type PortalVault, sealVault, unwrapVaultKey, wrapVaultKey } from "./vault.ts";

const organisation = toHex<OrganisationId>(random(32));
const account = random(16);
const key = random(32);

async function vault(): Promise<PortalVault> {
  const actor = await createActorKeys({ subject: "staff", name: "Desk", organisation, random });
  return { kind: "staff", patient: null, actor, admin: random(32), homes: [organisation] };
}

describe("a vault", () => {
  it("opens with its key in its account, and holds what was put in", async () => {
    const kept = await vault();
    const sealed = await sealVault({ vault: kept, key, account, random });
    expect(await openVault({ sealed, key, account })).toEqual(kept);
  });

  it("has another ciphertext each time", async () => {
    const kept = await vault();
    const first = await sealVault({ vault: kept, key, account, random });
    expect(toHex(await sealVault({ vault: kept, key, account, random }))).not.toBe(toHex(first));
  });

  it("stays closed with another key, in another account, cut, and with any changed byte", async () => {
    const sealed = await sealVault({ vault: await vault(), key, account, random });
    const changed = (at: number): Uint8Array => sealed.map((byte, i) => (i === at ? byte ^ 1 : byte));
    for (const wrong of [
      { sealed, key: random(32), account },
      { sealed, key, account: random(16) },
      { sealed: sealed.subarray(0, 8), key, account },
      { sealed: sealed.subarray(0, -1), key, account },
      { sealed: changed(0), key, account },
      { sealed: changed(12), key, account },
      { sealed: changed(sealed.length - 1), key, account },
    ]) {
      await expect(openVault(wrong)).rejects.toMatchObject({ code: "vault-closed" });
    }
  });
});

describe("a wrapper", () => {
  it("gives the vault's key to who has the secret, in 60 bytes", async () => {
    const wrap = { secret: random(32), salt: random(32), account };
    const wrapped = await wrapVaultKey({ ...wrap, key, random });
    expect(wrapped).toHaveLength(60);
    expect(await unwrapVaultKey({ ...wrap, wrapped })).toEqual(key);
  });

  it("stays closed with another secret, salt or account, and takes no short secret", async () => {
    const wrap = { secret: random(32), salt: random(32), account };
    const wrapped = await wrapVaultKey({ ...wrap, key, random });
    for (const wrong of [{ secret: random(32) }, { salt: random(32) }, { account: random(16) }]) {
      await expect(unwrapVaultKey({ ...wrap, ...wrong, wrapped })).rejects.toMatchObject({
        code: "vault-closed",
      });
    }
    await expect(wrapVaultKey({ ...wrap, secret: random(31), key, random })).rejects.toMatchObject({
      code: "vault-closed",
    });
  });
});
