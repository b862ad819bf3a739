import type { ConsentRequest } from "@anamnesis/core/request/consentRequest";
import { printable } from "../../output/format.ts";

function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** What is asked for, in lines: what others wrote steers no terminal. */
export function askedLine(asked: ConsentRequest): readonly string[] {
  const { kinds, resourceTypes, purposes, dataFrom, dataTo, notAfter, message } = asked;
  const types = resourceTypes.includes("*") ? "all types" : resourceTypes.join(", ");
  const period = [
    ...(dataFrom === null ? [] : [`from ${dayText(dataFrom)}`]),
    ...(dataTo === null ? [] : [`to ${dayText(dataTo)}`]),
  ].join(" ");
  const until = new Date(notAfter * 1000).toISOString();
  return [
    `${kinds.join(", ")}; ${types} of the general kind${period === "" ? "" : `; ${period}`}; ${purposes.join(", ")}; until ${until}`,
    ...(message === "" ? [] : message.split("\n").map((line) => `“${printable(line)}”`)),
  ];
}
