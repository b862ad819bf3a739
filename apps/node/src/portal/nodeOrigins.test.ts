import { describe, expect, it } from "vitest";
import { isLoopback, nodeOrigins } from "./nodeOrigins.ts";

describe("nodeOrigins", () => {
  it("is the endpoint's own origin", () => {
    expect(nodeOrigins("https://node.example.org/anamnesis")).toEqual(["https://node.example.org"]);
  });

  it("knows a machine's own names for one port", () => {
    expect(nodeOrigins("http://127.0.0.1:4001")).toEqual([
      "http://127.0.0.1:4001",
      "http://localhost:4001",
      "http://[::1]:4001",
    ]);
  });

  it("is nothing for what is no address of HTTP", () => {
    expect([nodeOrigins("here"), nodeOrigins("data:text/html,x"), nodeOrigins("")]).toEqual([[], [], []]);
  });
});

describe("isLoopback", () => {
  it("is true of a machine's own names alone", () => {
    expect(isLoopback("http://[::1]:1")).toBe(true);
    expect(isLoopback("http://127.0.0.1.example.org")).toBe(false);
    expect(isLoopback("localhost")).toBe(false);
  });
});
