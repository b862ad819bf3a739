import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { administratorMethods } from "./administrator/methods.ts";
import { correctionMethods } from "./corrections/methods.ts";
import { cosignMethods } from "./cosign/methods.ts";
import { deskMethods } from "./desk/methods.ts";
import { directory } from "./directory.ts";
import { enrol } from "./enrol.ts";
import { keysMethods } from "./keys/methods.ts";
import { looksMethods } from "./looks/methods.ts";
import { members } from "./members.ts";
import { goOn } from "./patient/goOn.ts";
import { oneAtATime } from "./oneAtATime.ts";
import { preview } from "./patient/preview.ts";
import { records } from "./patient/records.ts";
import { share } from "./patient/share.ts";
import { shares } from "./patient/shares.ts";
import { stop } from "./patient/stop.ts";
import type { MethodName, Progress, WorkerMethods } from "./protocol.ts";
import { requestMethods } from "./requests/methods.ts";
import { sharingMethods } from "./sharing/methods.ts";
import { chart } from "./staff/chart.ts";
import { granting } from "./staff/granting.ts";
import { standing } from "./staff/standing.ts";
import { walletMethods } from "./wallets/methods.ts";
import { writingMethods } from "./writing/methods.ts";
import { lock, resume, unlock, unlockWithPasskey } from "./unlock.ts";

type Method<M extends MethodName> = (
  parameters: Parameters<WorkerMethods[M]>[0],
  progress: (value: Progress) => void,
  wallet: WalletSigner,
) => ReturnType<WorkerMethods[M]>;

/** Everything that the page may ask of the worker. None of it gives a key away. */
export const methods: { readonly [M in MethodName]: Method<M> } = {
  resume,
  unlock,
  unlockWithPasskey,
  enrol,
  lock,
  members,
  records: async (_, progress) => records(undefined, progress),
  directory,
  shares,
  preview,
  goOn,
  share: async (chosen, _, wallet) => oneAtATime(async () => share(chosen, wallet)),
  stop,
  granting,
  standing,
  chart,
  ...administratorMethods,
  ...requestMethods,
  ...keysMethods,
  ...looksMethods,
  ...sharingMethods,
  ...walletMethods,
  ...writingMethods,
  ...deskMethods,
  ...cosignMethods,
  ...correctionMethods,
};
