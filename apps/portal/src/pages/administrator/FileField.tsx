import { useId } from "react";

/** A small file that is read at once. @param chosen its bytes; `null`: none, or it could not be read. */
export function FileField({
  label,
  help,
  chosen,
}: {
  readonly label: string;
  readonly help: string;
  readonly chosen: (bytes: Uint8Array | null, unreadable: boolean) => void;
}) {
  const id = useId();
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) {
      chosen(null, false);
      return;
    }
    try {
      // The formats are at most some kilobytes: of another file its beginning is enough to say that it is none.
      chosen(new Uint8Array(await file.slice(0, MOST).arrayBuffer()), false);
    } catch {
      // It was moved or changed since it was chosen.
      chosen(null, true);
    }
  };
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="file"
        className="file"
        aria-describedby={`${id}-help`}
        onChange={(event) => void read(event.currentTarget.files?.[0])}
      />
      <p id={`${id}-help`} className="muted">
        {help}
      </p>
    </div>
  );
}

const MOST = 64 * 1024;
