import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { cardDigest, cardTypedData } from "@anamnesis/core/segment/card";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { ownerAccess } from "../access.ts";
import { enrol } from "../enrol.ts";
import { grantConsent, granteeOf } from "../grant.ts";
import { newestCard, type PatientKeys, segmentOf } from "../keys/patientKeys.ts";
import { openRecords } from "../open.ts";
import { rotateOwner } from "../owner/rotateOwner.ts";
import { permitOrganisation } from "../permit.ts";
import { sealResources } from "../seal.ts";
import { beginJourney, resource } from "./journey.ts";
import { random } from "./random.ts";

/** A patient with a kit, two records of the general segment, and a doctor who was granted it. */
export async function grantedPatient(provisional = false) {
  const journey = await beginJourney();
  const { world, consortium, node, device, journal } = journey;
  const { runtime, identity } = world;
  const north = world.member(0).organisation;
  let saved: PatientKeys | null = null;
  const saves: PatientKeys[] = [];
  const save = async (keys: PatientKeys) => {
    saved = keys;
    saves.push(keys);
  };
  const { recoveryKit } = await enrol({
    runtime,
    consortium,
    homes: [north, world.member(1).organisation],
    save,
    provisional: provisional ? north : null,
  });
  const keys = (): PatientKeys => saved as unknown as PatientKeys;
  const notAfter = (world.time + 86_400) as typeof world.time;
  const admission = await permitOrganisation({
    keys: keys(),
    identity,
    organisation: north,
    notAfter,
    random,
  });
  const seal = (name: string) =>
    sealResources({
      runtime,
      identity,
      node,
      device,
      organisation: north,
      admission,
      committee: consortium.committee,
      resources: [resource(name)],
      journal,
    });
  await seal("a");
  await seal("b");
  world.anchor();
  const grant = (by = keys()) =>
    grantConsent({
      runtime,
      consortium,
      keys: by,
      save,
      kinds: ["general"],
      grantee: granteeOf(journey.doctor.card),
      resourceTypes: ["*"],
      purposes: ["TREAT"],
      notAfter,
    });
  const { consents } = await grant();
  const base = { runtime, consortium };
  const opens = async (access = ownerAccess(keys(), "general"), purpose: "TREAT" | "PATRQT" = "PATRQT") =>
    (await openRecords({ ...base, access, purpose })).opened.length;
  const rotate = (more: Partial<Parameters<typeof rotateOwner>[0]> = {}) =>
    rotateOwner({ ...base, keys: keys(), save, recoveryKit, ...more });
  return { ...journey, keys, save, saves, recoveryKit, seal, grant, consents, base, opens, rotate };
}

/** The next card of the general segment with other keys, as who stole the owner's would sign it. */
export async function thiefsCard(
  { consortium }: Awaited<ReturnType<typeof grantedPatient>>,
  stolen: PatientKeys,
) {
  const segment = segmentOf(stolen, "general");
  const last = newestCard(segment).body;
  const body = {
    ...last,
    number: last.number + 1,
    previous: cardDigest(last),
    segmentKey: (await kemKeyPair(random(32))).publicKey,
    rotation: null,
  };
  const { secret } = ownerKeyOf(stolen.root, "general");
  return { body, signature: sign(typedDataDigest(cardTypedData(consortium.identity, body)), secret) };
}
