import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export async function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A person at a browser of their own, with everything that went wrong in it. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts, what the content security policy refused, and requests to anywhere but `allowed`. */
  readonly faults: string[];
}

export async function newVisitor(
  browser: Browser,
  allowed: readonly string[],
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    ...options,
  });
  const faults: string[] = [];
  context.on("page", (page) => watch(page, faults));
  context.on("request", (request) => {
    const url = request.url();
    if (/^(?:data|blob):/.test(url)) return;
    if (!allowed.some((origin) => url.startsWith(`${origin}/`))) faults.push(`request to ${url}`);
  });
  const page = await context.newPage();
  return { page, context, faults };
}

function watch(page: Page, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(`error ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/Failed to load resource/.test(text)) faults.push(`console ${text}`);
  });
}

/** An authenticator of the device itself, with PRF, that says yes to everything (WebAuthn's virtual one, by CDP). */
export async function addAuthenticator(page: Page, hasPrf = true): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // Passkeys are for the page that has the focus; of several visitors' pages in one browser only one has it.
  await session.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await page.bringToFront();
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf,
    },
  });
}
