import { errorStatus, type Problem } from "@anamnesis/api/errorStatus";
import { isAnamnesisError } from "@anamnesis/core/errors";

/** RFC 9457 body of an error of ours; of any other error only an incident id that stands in the log too. */
export function problemOf(error: unknown, incident: string): Problem {
  if (isAnamnesisError(error) && error.code !== "defect") {
    const { code, rule, fix, meta } = error;
    return { type: "about:blank", status: errorStatus(code), title: rule, detail: fix, code, meta };
  }
  return {
    type: "about:blank",
    status: 500,
    title: "The node met a defect of its own.",
    detail: "Report it with the incident's id.",
    code: "internal",
    meta: { incident },
  };
}
