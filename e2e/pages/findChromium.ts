import { existsSync } from "node:fs";
import process from "node:process";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A Chromium of this machine; `null` where none is installed. `ANAMNESIS_CHROMIUM` names another one. */
export function findChromium(): string | null {
  const places = [process.env["ANAMNESIS_CHROMIUM"], ...PLACES];
  return places.find((place) => place !== undefined && existsSync(place)) ?? null;
}
