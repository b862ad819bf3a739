import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask } from "../worker/client.ts";
import type { LookNotice, Looks } from "../worker/protocol/looks.ts";

/** "I know": the notice goes at once, and this browser remembers it. */
export function useKnowNotice() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids }: LookNotice) => ask("knowNotices", { ids }),
    onSuccess: (_, { ids }) =>
      queries.setQueryData<Looks>(
        ["looks"],
        (looks) =>
          looks && {
            ...looks,
            notices: looks.notices.filter((notice) => !ids.includes(notice.ids[0] ?? "")),
          },
      ),
  });
}
