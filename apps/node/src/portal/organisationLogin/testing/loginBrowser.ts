import { expect } from "vitest";

/** A browser at an OpenID provider: it keeps the cookies of that one, follows where it leads, and types who it is. */
export class LoginBrowser {
  readonly #cookies = new Map<string, string>();
  readonly #login: string;

  /** @param login what is typed where the provider asks. */
  constructor(login: string) {
    this.#login = login;
  }

  /** Goes to the provider and on until it leads elsewhere; the address that it leads to. */
  async follow(url: string): Promise<URL> {
    const { origin } = new URL(url);
    let next = new URL(url);
    for (let steps = 0; next.origin === origin; steps++) {
      expect(steps, `steps at ${next.pathname}`).toBeLessThan(10);
      let answer = await this.#send(next, null);
      if (answer.status === 200) answer = await this.#send(next, `login=${this.#login}`);
      const location = answer.headers.get("location");
      next = new URL(location ?? expect.unreachable(`${answer.status} at ${next.pathname}`), next);
    }
    return next;
  }

  async #send(url: URL, form: string | null): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, {
      redirect: "manual",
      headers: {
        accept: "text/html",
        ...(cookie === "" ? {} : { cookie }),
        ...(form === null ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(form === null ? {} : { method: "POST", body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}
