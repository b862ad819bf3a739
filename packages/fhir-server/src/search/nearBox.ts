/** Mean radius of the earth, metres (IUGG). */
export const EARTH = 6_371_008.8;
/** Degrees, against rounding. */
const MARGIN = 1e-9;

export interface Box {
  readonly south: number;
  readonly north: number;
  /** From west to east; two where it crosses the 180th meridian, and the whole round where it holds a pole. */
  readonly longitudes: readonly { readonly west: number; readonly east: number }[];
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;

/** Holds all that is within so many metres of a place: what an index can be read by before distances are computed. */
export function boxAround(latitude: number, longitude: number, metres: number): Box {
  const angle = metres / EARTH;
  const south = latitude - degrees(angle) - MARGIN;
  const north = latitude + degrees(angle) + MARGIN;
  const round = { south, north, longitudes: [{ west: -180, east: 180 }] };
  if (angle >= Math.PI / 2 || south <= -90 || north >= 90) return round;
  const half =
    degrees(Math.asin(Math.min(1, Math.sin(angle) / Math.cos((latitude * Math.PI) / 180)))) + MARGIN;
  const [west, east] = [longitude - half, longitude + half];
  if (west < -180)
    return {
      ...round,
      longitudes: [
        { west: west + 360, east: 180 },
        { west: -180, east },
      ],
    };
  if (east > 180)
    return {
      ...round,
      longitudes: [
        { west, east: 180 },
        { west: -180, east: east - 360 },
      ],
    };
  return { ...round, longitudes: [{ west, east }] };
}
