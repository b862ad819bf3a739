import type { Asked } from "./loginStep.ts";
import { isPatientScope } from "./patientLogin.ts";

/** Seconds between two looks of the page. */
const LOOKS = 5;

const STYLE = `:root{color-scheme:light dark}
body{font:1.125rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1.5rem;background:Canvas;color:CanvasText}
code{font:1rem/1.6 ui-monospace,monospace;overflow-wrap:anywhere}
.challenge{display:block;padding:1rem;border:2px solid;border-radius:.5rem}
a{color:LinkText}`;

/** The login's page: plain HTML that is read without scripts, in the reader's own colours. @param challenge lower-case hexadecimal digits. */
export function loginPage({ client, scopes }: Asked, challenge: string): string {
  const isPatients = scopes.every(isPatientScope);
  const list = (items: readonly string[]): string =>
    `<ul>${items.map((item) => `<li><code>${escape(item)}</code></li>`).join("")}</ul>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${LOOKS}">
<title>Log in with your key</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Log in with your key</h1>
<p><strong>${escape(client.name)}</strong> asks to read or write health data in your name:</p>
${list(scopes)}
${
  isPatients
    ? `<p>Sign this challenge with the keys of your records, for the program <code>${escape(client.clientId)}</code> and exactly these scopes, only if you began this yourself, just now:</p>`
    : `<p>Sign this challenge with your key, for one of these purposes, only if you began this yourself, just now:</p>
${list(client.purposes)}`
}
<p><code class="challenge" aria-label="Challenge">0x${challenge}</code></p>
<p>This page goes on when your signature is there. It looks every ${LOOKS} seconds; <a href="">look now</a>.</p>
</main>
</body>
</html>
`;
}

/** Refuses everything from elsewhere, and frames; the page has one style of its own. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

function escape(text: string): string {
  const as: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (found) => as[found] ?? "");
}
