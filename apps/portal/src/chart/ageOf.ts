/** Whole years from a FHIR date (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`) to a day; `null` when it is none. */
export function ageOf(birthDate: string | null, now: Date): number | null {
  if (birthDate === null) return null;
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(birthDate);
  if (parts === null) return null;
  const [, year, month = "01", day = "01"] = parts;
  const had =
    now.getMonth() + 1 > Number(month) ||
    (now.getMonth() + 1 === Number(month) && now.getDate() >= Number(day));
  return now.getFullYear() - Number(year) - (had ? 0 : 1);
}
