import { Link } from "@tanstack/react-router";
import { usePageTitle } from "../parts/usePageTitle.ts";
import { useWords } from "../words/useWords.tsx";

export function NotFound() {
  const words = useWords();
  usePageTitle(words.titles.notFound);
  return (
    <>
      <h1>{words.titles.notFound}</h1>
      <p className="lead">{words.errors.notFound}</p>
      <p className="lead">
        <Link to="/">{words.errors.home}</Link>
      </p>
    </>
  );
}
