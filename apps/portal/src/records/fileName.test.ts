import { expect, it } from "vitest";
import { fileName } from "./fileName.ts";

it.each([
  ["Discharge summary", "2026-01-01T10:00:00Z", ".pdf", "Discharge summary 2026-01-01.pdf"],
  ["X-ray: wrist (left)", "2026", ".jpg", "X ray wrist left 2026.jpg"],
  ["../../etc/passwd", null, "", "etc passwd"],
  ["Befund für Jörg, Ärztin", null, ".txt", "Befund für Jörg Ärztin.txt"],
  ["診断書", "2026-02", ".pdf", "診断書 2026-02.pdf"],
  ["report\u202Efdp.exe\u0000", null, ".pdf", "report fdp exe.pdf"],
  ["con", null, ".txt", "document con.txt"],
  [" … ", "no date", ".pdf", "document.pdf"],
])("%j of %s is saved as a file that any system takes", (title, when, ending, name) => {
  expect(fileName(title, when, ending)).toBe(name);
});

it("bounds a long title and cuts no character in two", () => {
  const name = fileName(`a${"𝒳".repeat(300)}`, "2026-01-01", ".pdf");
  expect(name).toBe(`a${"𝒳".repeat(39)} 2026-01-01.pdf`);
});
