import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { signInWithPasskey } from "../passkey/signIn.ts";
import { ask } from "../worker/client.ts";
import type { Who } from "../worker/protocol.ts";
import { PasskeyFailed } from "./PasskeyFailed.tsx";
import { useOnce } from "./useOnce.ts";

/** For who came by what opens no keys, in a browser that keeps none for it: a passkey opens them once, and the browser keeps them from then on. */
export function PasskeyOnce({
  title,
  help,
  action,
  onIn,
}: {
  readonly title: string;
  readonly help: string;
  readonly action: string;
  readonly onIn: (who: Who) => Promise<void>;
}) {
  const passkey = useMutation({
    mutationFn: async () => {
      const who = await signInWithPasskey();
      await ask("keepBrowser");
      return who;
    },
    onSuccess: onIn,
  });
  const unlockOnce = useOnce(passkey);
  return (
    <div className="notice" role="status">
      <div className="grow">
        <h2>{title}</h2>
        <p>{help}</p>
        <div className="tools">
          <Button variant="outline" loading={passkey.isPending} onClick={() => unlockOnce()}>
            {action}
          </Button>
        </div>
        {passkey.isError && <PasskeyFailed error={passkey.error} />}
      </div>
    </div>
  );
}
