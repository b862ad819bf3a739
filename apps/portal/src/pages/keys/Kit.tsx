import { hasCode } from "@anamnesis/core/errors";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNoteWho } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { KitOnPaper } from "../../parts/KitOnPaper.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Nothing goes on before the kit is on paper: it is the second way to the keys. */
export function Kit() {
  const all = useWords();
  const words = all.keys.kit;
  usePageTitle(all.keys.titles.kit);
  const note = useNoteWho();
  const kit = useQuery({ queryKey: ["kit"], queryFn: async () => ask("kit"), gcTime: 0 });
  const confirm = useMutation({
    mutationFn: async (typed: string) => ask("confirmKit", { typed }),
    onSuccess: note,
  });
  const confirmOnce = useOnce(confirm);
  if (kit.isPending) return <Waiting />;
  if (kit.isError) return <Failed error={kit.error} reset={() => void kit.refetch()} busy={kit.isFetching} />;
  const { text, replaces } = kit.data;
  const isWrong = hasCode(confirm.error, "wrong-group");
  return (
    <KitOnPaper
      text={text}
      lead={replaces && <p className="lead">{words.replaces}</p>}
      isWrong={isWrong}
      isPending={confirm.isPending}
      confirm={(typed) => confirmOnce(typed)}
      changed={() => confirm.reset()}
    >
      {confirm.isPending && <Waiting label={words.finishing} />}
      {confirm.isError && !isWrong && <Failed error={confirm.error} />}
    </KitOnPaper>
  );
}
