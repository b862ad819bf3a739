import type { Due } from "../../worker/protocol/keys.ts";
import { Kit } from "./Kit.tsx";
import { Rotating } from "./Rotating.tsx";

/** What comes before every page: the kit on paper, and the end of a change of keys that was begun. */
export function Unfinished({ due }: { readonly due: Exclude<Due, null> }) {
  return due === "kit" ? <Kit /> : <Rotating />;
}
