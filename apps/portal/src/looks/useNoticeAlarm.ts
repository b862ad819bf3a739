import { useEffect, useRef } from "react";
import { useWords } from "../words/useWords.tsx";
import { useNoticeCount } from "./useLooks.ts";

/** Tells by the browser's own message that something new waits, if the person allowed that and looks at another page. Nothing of what it is. */
export function useNoticeAlarm(): void {
  const { app, looks } = useWords();
  const count = useNoticeCount();
  const before = useRef(0);
  useEffect(() => {
    const more = count > before.current;
    before.current = count;
    const allowed = "Notification" in globalThis && Notification.permission === "granted";
    if (!more || !allowed || document.visibilityState === "visible") return;
    // One at a time, however many wait.
    const message = new Notification(app, { body: looks.alarm.text, tag: "anamnesis-notices" });
    message.addEventListener("click", () => window.focus());
  }, [count, app, looks]);
}
