import { Link } from "@tanstack/react-router";
import { OwnMeasurement, OwnUpload } from "../../own/AddOwn.tsx";
import { Failed } from "../../parts/Failed.tsx";
import { Opening } from "../../parts/Opening.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { useRecords } from "../../records/useRecords.ts";
import { useWords } from "../../words/useWords.tsx";
import { aboutOf } from "../../writing/aboutOf.ts";

/** Own measurements and files. */
export function Add() {
  const words = useWords();
  const { titles, own } = words.writing;
  usePageTitle(titles.add);
  const records = useRecords();
  const about = aboutOf(records.data?.items ?? []);
  return (
    <div className="stack">
      <div>
        <p>
          <Link to="/records">{words.back(words.pages.records)}</Link>
        </p>
        <h1>{titles.add}</h1>
        <p className="lead">{own.lead}</p>
      </div>
      {records.isPending && <Opening progress={records.progress} />}
      {records.isError && (
        <Failed error={records.error} reset={() => void records.refetch()} busy={records.isFetching} />
      )}
      {records.isSuccess && (
        <>
          <OwnMeasurement about={about} />
          <OwnUpload about={about} />
        </>
      )}
    </div>
  );
}
