import { array, type Infer, oneOf, struct, text } from "@anamnesis/core/encoding/codec";
import { base64url } from "./http/base64url.ts";
import { json } from "./route.ts";
import { ACCOUNT_BYTES, DEMO_ROLES, MAX_VAULT } from "./routes/portal.ts";

const demoPerson = struct({
  id: text(64, /^[a-z0-9-]+$/),
  name: text(256),
  role: oneOf(DEMO_ROLES),
  sentence: text(1024),
  account: base64url({ length: ACCOUNT_BYTES }),
  /** Nothing is secret here: everything that it opens was made for trying. */
  vaultKey: base64url({ length: 32 }),
  sealed: base64url({ max: MAX_VAULT }),
});
export type DemoPerson = Infer<typeof demoPerson>;

/** The file that the demo writes and a node with `portal.demo` reads: who can sign in there without a key. */
export const demoFile = json(array(demoPerson, 64)) as Extract<
  ReturnType<typeof json<readonly DemoPerson[]>>,
  { type: "json" }
>;
