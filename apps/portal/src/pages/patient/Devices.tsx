import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { DeviceIcon } from "../../parts/icons.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { formatWhen } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Device } from "../../worker/protocol/keys.ts";

/** What opens the records: devices, and the kit. */
export function Devices() {
  const { keys: words, wallets } = useWords();
  usePageTitle(words.titles.devices);
  const devices = useQuery({ queryKey: ["devices"], queryFn: async () => ask("devices") });
  const isOwn = devices.isSuccess && devices.data.length > 0;
  return (
    <div className="stack narrow">
      <div>
        <h1>{words.devices.title}</h1>
        <p className="lead">{words.devices.lead}</p>
      </div>
      <section className="card" aria-label={words.devices.title}>
        {devices.isPending && <Waiting />}
        {devices.isError && (
          <Failed error={devices.error} reset={() => void devices.refetch()} busy={devices.isFetching} />
        )}
        {devices.isSuccess && !isOwn && <p className="muted">{words.devices.none}</p>}
        <ul className="rows">
          {devices.data?.map((device, i) => (
            <DeviceRow key={device.id} device={device} name={words.devices.device(i + 1)} />
          ))}
        </ul>
        {isOwn && (
          <div className="tools">
            <Button component={Link} to="/devices/new">
              {words.devices.add}
            </Button>
          </div>
        )}
      </section>
      {isOwn && (
        <section className="card ask" aria-labelledby="stolen">
          <h2 id="stolen">{words.devices.stolenTitle}</h2>
          <p>{words.devices.stolenHelp}</p>
          <div className="tools">
            <Button component={Link} to="/devices/stolen" variant="outline">
              {words.devices.stolen}
            </Button>
          </div>
        </section>
      )}
      <section className="card" aria-labelledby="wallets">
        <h2 id="wallets">{wallets.title}</h2>
        <p>{wallets.lead}</p>
        <p className="tools">
          <Link to="/wallet">{wallets.link}</Link>
        </p>
      </section>
      <section className="card" aria-labelledby="kit">
        <h2 id="kit">{words.devices.kitTitle}</h2>
        <p>{words.devices.kitHelp}</p>
      </section>
    </div>
  );
}

function DeviceRow({ device, name }: { readonly device: Device; readonly name: string }) {
  const words = useWords().keys.devices;
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: async () => ask("removeDevice", { id: device.id }),
    onSuccess: async () => askAgain(queries, "devices"),
  });
  const removeOnce = useOnce(remove);
  const now = Date.now() / 1000;
  return (
    <li className="row">
      <span className="who" aria-hidden="true">
        <DeviceIcon />
      </span>
      <div className="grow">
        <h2>
          {name} {device.here && <span className="tag good">{words.here}</span>}
        </h2>
        <p className="muted">
          {words.added(formatWhen(device.created, now))}, {words.used(formatWhen(device.used, now))}
        </p>
        {!device.opens && <p>{words.broken}</p>}
        {asked && (
          <div className="notice" role="group" aria-label={words.confirmRemove(name)}>
            <div className="grow">
              <p>
                <b>{words.confirmRemove(name)}</b> {words.removeHelp}
              </p>
              <div className="tools">
                <Button className="danger" loading={remove.isPending} onClick={() => removeOnce()}>
                  {words.remove}
                </Button>
                <Button variant="subtle" disabled={remove.isPending} onClick={() => setAsked(false)}>
                  {words.keep}
                </Button>
              </div>
            </div>
          </div>
        )}
        {remove.isError && <Failed error={remove.error} />}
      </div>
      {!asked && !device.here && (
        <Button variant="subtle" aria-label={words.removeWho(name)} onClick={() => setAsked(true)}>
          {words.remove}
        </Button>
      )}
    </li>
  );
}
