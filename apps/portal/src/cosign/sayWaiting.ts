import type { en } from "../words/en.ts";

/** For how long something has waited, in its largest whole unit. @param seconds since it began. */
export function sayWaiting(seconds: number, words: (typeof en)["cosign"]): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return words.days(days);
  if (hours > 0) return words.hours(hours);
  return minutes > 0 ? words.minutes(minutes) : words.aMoment;
}
