import { describe, expect, it } from "vitest";
import { answerHeaders, requestHeaders } from "./forwardedHeaders.ts";

const IP = "198.51.100.7";

describe("headers that a front passes on", () => {
  it("keeps what goes from end to end, several of a name too, and says itself who called", () => {
    const raw = ["Host", "north.example", "Cookie", "a=1", "cookie", "b=2", "Signature", "sig=:x:"];
    expect(requestHeaders(raw, IP)).toEqual([
      "host",
      "north.example",
      "cookie",
      "a=1",
      "cookie",
      "b=2",
      "signature",
      "sig=:x:",
      "x-forwarded-for",
      IP,
    ]);
  });

  it.each(["X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP"])(
    "takes nobody's word for %s",
    (name) => {
      expect(requestHeaders([name, "203.0.113.1"], IP)).toEqual(["x-forwarded-for", IP]);
    },
  );

  it("drops what is of one connection, also what Connection names", () => {
    const raw = [
      "Connection",
      "keep-alive, X-Own",
      "x-own",
      "1",
      "Keep-Alive",
      "timeout=5",
      "TE",
      "trailers",
    ];
    expect(requestHeaders([...raw, "Upgrade", "h2c", "Expect", "100-continue"], IP)).toEqual([
      "x-forwarded-for",
      IP,
    ]);
    expect(answerHeaders([...raw, "set-cookie", "a", "Set-Cookie", "b"], false)).toEqual([
      "set-cookie",
      "a",
      "set-cookie",
      "b",
    ]);
    expect(answerHeaders([], true)).toEqual(["connection", "close"]);
  });

  it("lets nobody take a body's end away, whatever Connection names", () => {
    const length = [
      "Content-Length",
      "5",
      "Host",
      "h",
      "Connection",
      "content-length, host, x-forwarded-for",
    ];
    expect(requestHeaders(length, IP)).toEqual(["content-length", "5", "host", "h", "x-forwarded-for", IP]);
    expect(requestHeaders(["Transfer-Encoding", "chunked", "Connection", "transfer-encoding"], IP)).toEqual([
      "transfer-encoding",
      "chunked",
      "x-forwarded-for",
      IP,
    ]);
  });
});
