import { expect, it } from "vitest";
import { fromHex, toHex } from "../encoding/bytes.ts";
import { hkdf } from "./kdf.ts";

it("gives the outputs of RFC 5869 appendix A.1 and A.3", () => {
  const ikm = new Uint8Array(22).fill(0x0b);
  const salt = fromHex("0x000102030405060708090a0b0c");
  const info = fromHex("0xf0f1f2f3f4f5f6f7f8f9");
  expect(toHex(hkdf(ikm, { salt, info, length: 42 }))).toBe(
    "0x3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  );
  expect(toHex(hkdf(ikm, { info: new Uint8Array(), length: 42 }))).toBe(
    "0x8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  );
});

it.each([0, 8161, 1.5])("refuses a length of %s", (length) => {
  const work = () => hkdf(new Uint8Array(32), { info: new Uint8Array(), length });
  expect(work).toThrow(expect.objectContaining({ code: "bad-length" }));
});
