import type { Client } from "@anamnesis/api/client";
import { AnamnesisError } from "@anamnesis/core/errors";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { browserRuntime } from "../runtime.ts";
import { session } from "../session.ts";

/** The own node, asked as one of its administrators. Throws `locked`, `wrong-role`. */
export function asAdministrator(): Client {
  const { admin } = session().vault.content;
  if (admin !== null) return connect(browserRuntime, self.location.origin, httpSigner(admin));
  throw new AnamnesisError({
    code: "wrong-role",
    rule: "This page is for administrators of this organisation's node.",
    fix: "Sign in as one of them.",
  });
}
