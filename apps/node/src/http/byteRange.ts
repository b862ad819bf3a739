import { AnamnesisError } from "@anamnesis/core/errors";

/** One range of bytes as a client names it (RFC 9110 section 14.1.2): from a place on, or the last ones. */
export type ByteRange = { readonly from: number; readonly last: number | null } | { readonly suffix: number };

/**
 * What the `Range` and `If-Range` of a request ask for; `null` when the whole is to be sent: without a range, with several of them, with another
 * unit or form (RFC 9110 section 14.2 lets a server ignore those), and with `If-Range`, since no validator was given that it could name.
 */
export function parseByteRange(range: string | undefined, ifRange: string | undefined): ByteRange | null {
  if (range === undefined || ifRange !== undefined) return null;
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(range);
  const [, first = "", second = ""] = match ?? [];
  if (first === "") return second === "" ? null : { suffix: Number(second) };
  const from = Number(first);
  const last = second === "" ? null : Number(second);
  return last !== null && last < from ? null : { from, last };
}

/** The bytes of a blob of `size` bytes that a range means. Throws `range-not-satisfiable`. */
export function partOf(
  range: ByteRange | null,
  size: number,
): { readonly from: number; readonly length: number } {
  if (range === null) return { from: 0, length: size };
  const from = "suffix" in range ? Math.max(0, size - range.suffix) : range.from;
  const last = "suffix" in range ? size - 1 : Math.min(range.last ?? size - 1, size - 1);
  if (last < from) throw notSatisfiable(size);
  return { from, length: last - from + 1 };
}

function notSatisfiable(size: number): AnamnesisError<"range-not-satisfiable"> {
  return new AnamnesisError({
    code: "range-not-satisfiable",
    rule: "A range begins inside the blob and has at least one byte.",
    fix: "Ask for bytes below the size that Content-Range names.",
    meta: { size },
  });
}
