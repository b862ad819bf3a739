import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { describe, expect, it } from "vitest";
import { random } from "../testing/random.ts";
import {
  createDeviceCode,
  deviceDigits,
  deviceLocator,
  openDeviceAnswer,
  openDeviceClaim,
  readDeviceCode,
  sealDeviceAnswer,
  sealDeviceClaim,
} from "./deviceOffer.ts";

async function newDevice() {
  const seed = random(32);
  return { seed, publicKey: (await kemKeyPair(seed)).publicKey };
}
const sent = { account: random(16), vaultKey: random(32) };

describe("two devices", () => {
  it("pass the vault's key by a code, which is read however it is typed", async () => {
    const code = createDeviceCode(random);
    expect(code).toMatch(/^AD1(-[0-9A-HJKMNP-TV-Z]{4}){8}$/);
    const secret = readDeviceCode(code.toLowerCase().replaceAll("-", " "));
    const device = await newDevice();
    const claim = await sealDeviceClaim(secret, device.publicKey, random);
    const publicKey = await openDeviceClaim(secret, claim);
    expect(publicKey).toEqual(device.publicKey);
    expect(deviceDigits(secret, publicKey)).toMatch(/^\d{6}$/);
    const answer = await sealDeviceAnswer(secret, publicKey, sent);
    expect(await openDeviceAnswer(secret, device, answer)).toEqual(sent);
    // What passes the node names neither key nor code.
    const passed = [deviceLocator(secret), claim, answer].map((bytes) => toHex(bytes)).join();
    for (const hidden of [secret, device.publicKey, sent.vaultKey, sent.account]) {
      expect(passed).not.toContain(toHex(hidden).slice(2));
    }
  });

  it("let nobody between them who has not the code, nor one who has it and not the key", async () => {
    const secret = readDeviceCode(createDeviceCode(random));
    const [device, other] = [await newDevice(), await newDevice()];
    const forged = await sealDeviceClaim(random(16), other.publicKey, random);
    await expect(openDeviceClaim(secret, forged)).rejects.toMatchObject({ code: "device-not-ours" });
    const claim = await sealDeviceClaim(secret, device.publicKey, random);
    for (const at of [0, 12, claim.length - 1]) {
      const changed = claim.map((byte, i) => (i === at ? byte ^ 1 : byte));
      await expect(openDeviceClaim(secret, changed)).rejects.toMatchObject({ code: "device-not-ours" });
    }
    const answer = await sealDeviceAnswer(secret, device.publicKey, sent);
    await expect(openDeviceAnswer(secret, other, answer)).rejects.toMatchObject({ code: "device-not-ours" });
    await expect(openDeviceAnswer(random(16), device, answer)).rejects.toMatchObject({
      code: "device-not-ours",
    });
    expect(deviceDigits(secret, device.publicKey)).not.toBe(deviceDigits(secret, other.publicKey));
  });

  it.each(["", "AD1-0000", "AK1-0000"])("refuse %j as a code", (text) => {
    expect(() => readDeviceCode(text)).toThrow(
      expect.objectContaining({ code: "bad-device-code", meta: { reason: "form" } }),
    );
  });
});
