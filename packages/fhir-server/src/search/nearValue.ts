import type { Value } from "./request.ts";
import { badValue, notSupported } from "./searchError.ts";

/** Metres, by the units of UCUM. */
const METRES: Readonly<Record<string, number>> = {
  m: 1,
  km: 1000,
  "[mi_i]": 1609.344,
  "[ft_i]": 0.3048,
  "[nmi_i]": 1852,
};
/** Where a search names no distance (FHIR R4, location.html#search: the server's own choice). */
const KILOMETRES = "50";

const DECIMAL = /^[-+]?\d{1,17}(?:\.\d{1,17})?$/;

/** `latitude|longitude|distance|units` of WGS84; kilometres without units. Throws `fhir-bad-value`, `fhir-not-supported` for other units of length. */
export function nearValue(name: string, parts: readonly string[]): Value {
  const [latitude = "", longitude = "", given = "", units = ""] = parts;
  const distance = given === "" ? KILOMETRES : given;
  const [lat, lon, far] = [latitude, longitude, distance].map((text) =>
    DECIMAL.test(text) ? Number(text) : Number.NaN,
  ) as [number, number, number];
  if (
    parts.length < 2 ||
    parts.length > 4 ||
    !(Math.abs(lat) <= 90) ||
    !(Math.abs(lon) <= 180) ||
    !(far >= 0)
  )
    throw badValue(name, "latitude|longitude|distance|units, in degrees");
  const unit = units === "" ? "km" : units;
  const metres = Object.hasOwn(METRES, unit) ? METRES[unit] : undefined;
  if (metres === undefined) throw notSupported(name, "this unit of length");
  return { type: "near", latitude: lat, longitude: lon, metres: far * metres };
}
