import { expect } from "vitest";

/** A browser: it keeps cookies by their paths and follows nothing by itself. */
export class Browser {
  readonly #cookies = new Map<string, { readonly value: string; readonly path: string }>();

  async get(url: string): Promise<{ status: number; location: string; text: string; headers: Headers }> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: cookie === "" ? {} : { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = "", rest = ""] = /^([^=]+)=([^;]*)(.*)$/s.exec(line) ?? [];
      expect(rest).toMatch(/httponly/i);
      this.#cookies.set(name, { value, path: /path=([^;]+)/i.exec(rest)?.[1] ?? "/" });
    }
    const location = answer.headers.get("location") ?? "";
    return {
      status: answer.status,
      location: location === "" ? "" : new URL(location, url).href,
      text: await answer.text(),
      headers: answer.headers,
    };
  }
}
