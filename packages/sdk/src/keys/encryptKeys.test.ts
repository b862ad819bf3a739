import { describe, expect, it } from "vitest";
import type { OrganisationId } from "@anamnesis/core/ids";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { beginJourney } from "../testing/journey.ts";
import { random } from "../testing/random.ts";
import { createActorKeys } from "./actorKeys.ts";
import { decryptActorKeys, decryptPatientKeys } from "./decryptKeys.ts";
import { encryptActorKeys, encryptPatientKeys } from "./encryptKeys.ts";

const options = { passphrase: "correct horse", workFactor: 2 };

describe("key files", () => {
  it("give the keys back under the passphrase and hold no secret in the clear", async () => {
    const { keys } = await beginJourney();
    const file = await encryptPatientKeys(keys(), options);
    expect(new TextDecoder().decode(file)).toMatch(/^age-encryption\.org\/v1\n-> scrypt /);
    expect(toHex(file)).not.toContain(toHex(keys().root).slice(2));
    expect(await decryptPatientKeys(file, "correct horse")).toEqual(keys());
  });

  it("tell a wrong passphrase from a damaged file", async () => {
    const organisation = toHex<OrganisationId>(random(32));
    const keys = await createActorKeys({ subject: "practitioner", name: "Dr. Ada", organisation, random });
    const file = await encryptActorKeys(keys, options);
    expect(await decryptActorKeys(file, "correct horse")).toEqual(keys);
    await expect(decryptActorKeys(file, "wrong")).rejects.toMatchObject({ code: "bad-passphrase" });
    const damaged = Uint8Array.from(file);
    damaged[file.length - 1] = (file.at(-1) as number) ^ 1;
    await expect(decryptActorKeys(damaged, "correct horse")).rejects.toMatchObject({ code: "keys-corrupt" });
    await expect(decryptActorKeys(file.subarray(0, 40), "correct horse")).rejects.toMatchObject({
      code: "keys-corrupt",
    });
  });

  it("does not take one kind of keys for the other", async () => {
    const organisation = toHex<OrganisationId>(random(32));
    const keys = await createActorKeys({ subject: "device", name: "Importer", organisation, random });
    const file = await encryptActorKeys(keys, options);
    await expect(decryptPatientKeys(file, "correct horse")).rejects.toMatchObject({
      code: "unexpected-kind",
    });
  });
});
