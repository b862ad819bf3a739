/** Tags within a word (FHIR R4, narrative.html); all others end it. */
const INLINE: ReadonlySet<string> = new Set(
  "a abbr acronym b big cite code dfn em font i q s samp small span strike strong sub sup tt u var".split(
    " ",
  ),
);
const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{1,8}));/g;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  shy: "",
};

/** The text of a narrative's XHTML, for its words alone: never to be shown, since nothing in it is made safe for a page. Looks at each character once, whatever the text is. */
export function narrativeText(xhtml: string): string {
  const parts: string[] = [];
  for (let at = 0; at < xhtml.length;) {
    const open = xhtml.indexOf("<", at);
    const end = open < 0 ? xhtml.length : open;
    if (end > at) parts.push(unescaped(xhtml.slice(at, end)));
    if (open < 0) break;
    at = endOfTag(xhtml, open);
    const name = /^<\/?([A-Za-z][A-Za-z0-9]{0,20})/.exec(xhtml.slice(open, open + 30))?.[1] ?? "";
    if (!INLINE.has(name.toLowerCase())) parts.push(" ");
  }
  return parts.join("");
}

/** Behind the tag or comment that begins here; a `>` within quotes does not end it, and one that never ends takes the rest. */
function endOfTag(text: string, open: number): number {
  if (text.startsWith("<!--", open)) {
    const end = text.indexOf("-->", open + 4);
    return end < 0 ? text.length : end + 3;
  }
  let quote = "";
  for (let at = open + 1; at < text.length; at++) {
    const c = text.charAt(at);
    if (quote !== "") {
      if (c === quote) quote = "";
    } else if (c === '"' || c === "'") quote = c;
    else if (c === ">") return at + 1;
  }
  return text.length;
}

function unescaped(text: string): string {
  return text.replaceAll(ENTITY, (_, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return characterOf(Number(decimal));
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    return name !== undefined && Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? " ") : " ";
  });
}

function characterOf(code: number): string {
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : " ";
}
