import { toHex } from "@anamnesis/core/encoding/bytes";
import type { OrganisationId } from "@anamnesis/core/ids";
import { prepareEnrolment } from "@anamnesis/sdk/enrol";
import { readRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { openVault, type PortalVault, sealVault } from "@anamnesis/sdk/keys/vault";
import { renewKit } from "@anamnesis/sdk/owner/renewKit";
import { describe, expect, it } from "vitest";
import { begin, end, patientKeys, session, unfinishedKeys } from "../session.ts";
import { dueOf } from "./dueOf.ts";
import { withoutSeeds } from "./withoutSeeds.ts";

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const homes = [toHex<OrganisationId>(random(32)), toHex<OrganisationId>(random(32))];
const identity = {
  chainId: 1,
  contracts: Object.fromEntries(
    ["members", "directory", "consents", "records", "receipts", "owners"].map((name) => [
      name,
      toHex(random(20)),
    ]),
  ),
} as never;
const members = new Map(homes.map((organisation) => [organisation, { organisation }]));

async function enrolled(): Promise<{ vault: PortalVault; kit: string }> {
  const { keys, recoveryKit } = await prepareEnrolment({
    runtime: { random } as never,
    consortium: { identity, members } as never,
    homes,
  });
  const vault: PortalVault = { kind: "patient", patient: keys, actor: null, admin: null, homes };
  return { vault, kit: recoveryKit };
}

describe("what a vault has left to finish", () => {
  it("is the kit that is not on paper, and what was begun with owners before it", async () => {
    const { vault, kit } = await enrolled();
    const seed = readRecoveryKit(kit);
    expect(dueOf(vault)).toBeNull();
    expect(dueOf({ ...vault, kit: random(32) })).toBe("kit");
    const recovery = { why: "recovery", seed, until: 2 } as const;
    expect(dueOf({ ...vault, kit: random(32), rotating: recovery })).toBe("rotation");
    expect(dueOf({ ...vault, kit: random(32), rotating: { ...recovery, until: 0 } })).toBe("kit");
    expect(dueOf({ ...vault, rotating: { why: "theft", seed, until: 0 } })).toBe("rotation");
    const { recoveryKit: nextKit } = await prepareEnrolment({
      runtime: { random } as never,
      consortium: { identity, members } as never,
      homes,
    });
    const patient = vault.patient ?? expect.unreachable("a patient");
    const begun = {
      ...vault,
      patient: await renewKit({ identity, keys: patient, recoveryKit: kit, nextKit }),
    };
    expect(dueOf(begun)).toBe("rotation");
    expect(dueOf({ ...vault, patient: null, kind: "staff" })).toBeNull();
  });

  it("is refused by what needs keys, survives the vault, and is gone without the seeds", async () => {
    const { vault, kit } = await enrolled();
    const key = random(32);
    const account = random(16);
    const kept = { ...vault, kit: readRecoveryKit(kit) };
    const sealed = await sealVault({ vault: kept, key, account, random });
    expect(await openVault({ sealed, key, account })).toEqual(kept);
    begin({ account, key, content: kept, version: 1 });
    expect(() => patientKeys()).toThrow(expect.objectContaining({ code: "keys-unfinished" }));
    expect(unfinishedKeys()).toBe(vault.patient);
    session().vault.content = withoutSeeds(kept);
    expect(patientKeys()).toBe(vault.patient);
    expect(session().vault.content).toEqual(vault);
  });
});

describe("the lock", () => {
  it("overwrites the vault's key, root and seed, and refuses everything", async () => {
    const { vault, kit } = await enrolled();
    const [key, seed] = [random(32), readRecoveryKit(kit)];
    const root = vault.patient?.root ?? expect.unreachable("a root");
    begin({ account: random(16), key, content: { ...vault, kit: seed }, version: 1 });
    end();
    for (const secret of [key, seed, root]) expect(secret).toEqual(new Uint8Array(32));
    expect(() => unfinishedKeys()).toThrow(expect.objectContaining({ code: "locked" }));
    expect(() => patientKeys()).toThrow(expect.objectContaining({ code: "locked" }));
  });
});
