import { oneAtATime } from "../oneAtATime.ts";
import type { Progress, WorkerMethods } from "../protocol.ts";
import type { KeysMethods } from "../protocol/keys.ts";
import { answerDevice, offerDevice, offeredDevice, withdrawDevice } from "./addDevice.ts";
import { devices, removeDevice, shutOut } from "./devices.ts";
import { finishRotation } from "./finishRotation.ts";
import { claimDevice, joinDevice, takeDevice } from "./joinDevice.ts";
import { confirmKit, kit } from "./kit.ts";
import { checkKit, findByKit, recover } from "./recover.ts";

type Methods = {
  readonly [M in keyof KeysMethods]: (
    parameters: Parameters<WorkerMethods[M]>[0],
    progress: (value: Progress) => void,
  ) => ReturnType<WorkerMethods[M]>;
};

/** Kit, recovery, devices. */
export const keysMethods: Methods = {
  kit,
  confirmKit: async (typed) => oneAtATime(async () => confirmKit(typed)),
  checkKit,
  findByKit,
  recover,
  finishRotation: async (_, progress) => oneAtATime(async () => finishRotation(progress)),
  devices,
  removeDevice,
  shutOut: async (parameters) => oneAtATime(async () => shutOut(parameters)),
  offerDevice,
  offeredDevice,
  answerDevice,
  withdrawDevice,
  claimDevice,
  takeDevice,
  joinDevice,
};
