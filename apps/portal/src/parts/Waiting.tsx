import { Loader } from "@mantine/core";
import { useWords } from "../words/useWords.tsx";

export function Waiting({ label }: { readonly label?: string }) {
  const words = useWords();
  return (
    <div className="tools" role="status">
      <Loader size="sm" aria-hidden="true" />
      <span>{label ?? words.loading}</span>
    </div>
  );
}
