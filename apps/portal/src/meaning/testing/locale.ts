import type { Locale } from "../locale.ts";

export const ENGLISH: Locale = { tag: "en-GB", timeZone: "Europe/Madrid" };
