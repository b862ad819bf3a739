import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../worker/client.ts";
import type { Progress } from "../worker/protocol.ts";

/** The patient's own records, opened once a sitting, with how far it is. */
export function useRecords() {
  const [progress, setProgress] = useState<Progress | null>(null);
  const records = useQuery({
    queryKey: ["records"],
    queryFn: async () => ask("records", undefined, setProgress),
    staleTime: 60_000,
  });
  return { ...records, progress };
}
