import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";

/** What fits on the one page below: 48 lines of about 90 characters. */
const MAX_LINES = 48;

/**
 * A PDF 1.4 of one A4 page with lines of text in Helvetica 10 pt, the first one in 14 pt. ASCII only: a character
 * outside becomes `?`.
 */
export function writePdf(lines: readonly string[]): Uint8Array {
  const [title = "", ...rest] = lines.slice(0, MAX_LINES).map(literal);
  const content = ["BT", "/F1 14 Tf", "56 786 Td", `(${title}) Tj`, "/F1 10 Tf", "0 -10 Td", "15 TL"];
  for (const line of rest) content.push("T*", `(${line}) Tj`);
  content.push("ET");
  const stream = content.join("\n");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  // Every entry of the table is 20 bytes long, its line end included (ISO 32000-1, 7.5.4).
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return utf8ToBytes(text);
}

function literal(line: string): string {
  return line.replace(/[^\x20-\x7e]/g, "?").replace(/[\\()]/g, "\\$&");
}
