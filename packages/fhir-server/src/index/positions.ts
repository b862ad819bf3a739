import type { PositionContent } from "./indexValue.ts";
import { numberText, objectOf, type Node } from "./node.ts";

/** The place of `Location.position` (FHIR R4, location.html#search); none of what lies nowhere on earth. */
export function positions({ value }: Node): readonly PositionContent[] {
  const { latitude, longitude } = objectOf(value);
  const [lat, lon] = [latitude, longitude].map((part) => Number(numberText(part) ?? Number.NaN)) as [
    number,
    number,
  ];
  if (!(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return [];
  return [{ kind: "position", latitude: lat, longitude: lon }];
}
