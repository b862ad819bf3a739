import { Button } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../words/useWords.tsx";

/** Asks the browser whether it may tell; not there where it cannot, or was told not to. */
export function AlarmOffer() {
  const { alarm } = useWords().looks;
  const [permission, setPermission] = useState(() =>
    "Notification" in globalThis ? Notification.permission : "denied",
  );
  if (permission === "denied") return null;
  if (permission === "granted") return <p className="muted">{alarm.on}</p>;
  return (
    <div>
      <Button variant="outline" onClick={() => void Notification.requestPermission().then(setPermission)}>
        {alarm.offer}
      </Button>
      <p className="muted">{alarm.help}</p>
    </div>
  );
}
