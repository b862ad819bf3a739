/** What runs, wherever a page takes text for markup: sets `ran` on the window. */
export const PAYLOAD = `"'><img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script>`;
const LINK = "javascript:globalThis.ran=1";
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="globalThis.ran=1"><script>globalThis.ran=1</script></svg>`;
const HTML = `<!doctype html><body onload="globalThis.ran=1"><script>globalThis.ran=1;parent.ran=1</script></body>`;

/** Elements of FHIR whose value is read by people, and so may say anything. */
const TEXT = new Set([
  "text",
  "display",
  "family",
  "given",
  "prefix",
  "suffix",
  "title",
  "description",
  "line",
  "city",
  "state",
  "country",
  "district",
  "unit",
  "comment",
  "patientInstruction",
  "valueString",
  "lotNumber",
]);

/** The same bundle as somebody would write it who wants the reader's browser: each text ends with the payload. */
export function makeHostile(bundle: unknown): unknown {
  const hostile = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      if (key === "div") return `<div xmlns="http://www.w3.org/1999/xhtml">${PAYLOAD}</div>`;
      return TEXT.has(key) ? `${value}${PAYLOAD}` : value;
    }
    if (Array.isArray(value)) return value.map((item) => hostile(item, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, hostile(of, name)]));
  };
  return hostile(bundle, "");
}

/** Letters whose content is a program for the browser, under names and types that say otherwise too. */
export function hostileDocuments(subject: string): readonly object[] {
  const attachments = [
    { contentType: "image/svg+xml", data: encode(SVG), title: "Picture" },
    { contentType: "text/html", data: encode(HTML), title: "Page" },
    { contentType: "image/png", data: encode(SVG), title: "Picture that is none" },
    { contentType: "application/pdf", data: encode(HTML), title: "Letter that is none" },
    { contentType: "text/plain", url: LINK, title: "Link" },
  ];
  return attachments.map((attachment, i) => ({
    resourceType: "DocumentReference",
    id: `hostile-${i}`,
    status: "current",
    type: { text: `Hostile letter ${i}` },
    date: "2026-05-01T09:00:00Z",
    subject: { reference: subject },
    content: [{ attachment }],
  }));
}

function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
