import { Waiting } from "../parts/Waiting.tsx";
import { useRecords } from "../records/useRecords.ts";
import { useWords } from "../words/useWords.tsx";
import type { SharedPart } from "../worker/protocol.ts";

/** What is there already of what the signature would open. */
export function Preview({ parts, name }: { readonly parts: readonly SharedPart[]; readonly name: string }) {
  const words = useWords();
  const records = useRecords();
  const types = new Map(parts.map(({ kind, resourceTypes }) => [kind, new Set(resourceTypes)]));
  const fits = (records.data?.items ?? []).filter(({ kind, resource }) => {
    const open = types.get(kind);
    return open !== undefined && (open.has("*") || open.has(String(resource?.["resourceType"])));
  });
  return (
    <section className="card" aria-labelledby="preview">
      <h2 id="preview">{words.share.preview(name)}</h2>
      {records.isPending ? <Waiting /> : <p>{words.share.previewCount(fits.length)}</p>}
    </section>
  );
}
