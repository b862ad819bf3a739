import { consentCommitment, consentIdOf, consentTypedData } from "@anamnesis/core/consent/consent";
import { addressOf, publicKeyOf } from "@anamnesis/core/crypto/secp256k1";
import { cidFromDigest, CODEC_DAG_CBOR, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import { functionOf } from "@anamnesis/core/ledger/functions";
import { type Intent, intentDigest, ledgerDomain, proposalIdOf } from "@anamnesis/core/ledger/intents";
import { encodeNewMember, joinRequestIdOf, type NewMember } from "@anamnesis/core/ledger/newMember";
import {
  acceptKeyTypedData,
  contractName,
  encodePayload,
  type ProposalAction,
} from "@anamnesis/core/ledger/proposal";
import type { ActorId, BodyLabel, Day, Digest, OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { successorOf } from "@anamnesis/core/record/amendment";
import { endorsementCommitment } from "@anamnesis/core/record/endorsement";
import { attributesCommitment } from "@anamnesis/core/record/attributes";
import { contentKey } from "@anamnesis/core/record/contentKey";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { declineOpening } from "@anamnesis/core/record/decline";
import { readersSeedOf } from "@anamnesis/core/record/readersSeed";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { sealLink } from "@anamnesis/core/segment/link";
import {
  ownedSegment,
  ownerKeyOf,
  receiptKeySeed,
  requestKeyId,
  requestKeySecret,
  revokerSecret,
  rootOfSeed,
  segmentKeySeed,
} from "@anamnesis/core/segment/ownerKeys";
import { leafHash, rootOf } from "@anamnesis/core/audit/merkleTree";
import { sealCarried } from "@anamnesis/core/segment/rotation";
import { permitDigest } from "@anamnesis/core/segment/permit";
import { seededRandom } from "./seededRandom.ts";
import { organisationId, TEST_IDENTITY } from "./world.ts";

/** What vectors/derivations.json holds: every key, id, digest and commitment that is computed and never sent. */
export async function derivationVectors(): Promise<object> {
  const bytes = (name: string, length = 32): Uint8Array => seededRandom(`derivations/${name}`)(length);
  const seed = bytes("seed");
  const root = rootOfSeed(seed, 0);
  const next = rootOfSeed(seed, 1);
  const segments = SEGMENT_KINDS.map((kind) => {
    const owner = ownerKeyOf(root, kind);
    const { id, opening } = ownedSegment(root, ownerKeyOf(next, kind).publicKey, kind);
    return {
      kind,
      owner: { secret: toHex(owner.secret), address: owner.address },
      nextOwner: opening.nextOwner,
      kindSalt: toHex(opening.kindSalt),
      segment: id,
      segmentKeys: [0, 1].map((epoch) => toHex(segmentKeySeed(root, id, epoch))),
      receiptKey: toHex(receiptKeySeed(root, id)),
      requestKey: requestKeyId(requestKeySecret(root, id)),
    };
  });
  const general = ownedSegment(root, ownerKeyOf(next, "general").publicKey, "general");
  const link = await sealLink(
    general.id,
    1,
    segmentKeySeed(root, general.id, 1),
    segmentKeySeed(root, general.id, 0),
  );
  const carried = await sealCarried(general.id, 1, receiptKeySeed(next, general.id), {
    receiptKey: receiptKeySeed(root, general.id),
    kindSalt: general.opening.kindSalt,
  });

  const salt = bytes("consent salt");
  const revoker = addressOf(publicKeyOf(revokerSecret(root, salt)));
  const organisation = organisationId("north");
  const consent = {
    segment: general.id,
    grantee: organisation,
    granteeName: "North Test Hospital",
    granteeKeys: toHex<Digest>(bytes("key card")),
    resourceTypes: ["*"],
    actions: ["read"] as const,
    purposes: ["TREAT"] as const,
    dataFrom: null,
    dataTo: 20_000 as Day,
    exceptions: [],
    notBefore: 1_750_000_000 as UnixSeconds,
    notAfter: 1_850_000_000 as UnixSeconds,
    salt,
    revoker,
  };
  const commitment = consentCommitment(TEST_IDENTITY, consent);
  const permit = {
    segment: general.id,
    organisation,
    notAfter: 1_900_000_000 as UnixSeconds,
    salt: bytes("permit salt"),
  };

  const U = publicKeyOf(ownerKeyOf(bytes("r"), "general").secret);
  const G = publicKeyOf(ownerKeyOf(bytes("G"), "general").secret);
  const k1 = bytes("k1");
  const clabel = bytes("clabel");
  const key = contentKey(k1, G, clabel, U);
  const attributes = { resourceType: "Observation", from: -1 as Day, to: null, labels: ["R", "SUD"] };
  const endorsers = { threshold: 2, organisations: [organisation, organisationId("south")] };
  const declined = {
    label: toHex<BodyLabel>(bytes("declined label")),
    decliner: {
      actor: toHex<ActorId>(bytes("decliner")),
      organisation: organisationId("south"),
      keyCard: toHex<Digest>(bytes("decliner's key card")),
    },
  };
  const leaf = encodeLeaf({ record: recordIdOf(U), label: toHex<BodyLabel>(bytes("label")), organisation });
  const intents: readonly Intent[] = [
    { type: "SetEndpoint", organisation, endpoint: "https://north.example", version: 1 },
    { type: "RegisterConsent", commitment, revoker },
    { type: "RevokeConsent", consent: consentIdOf(TEST_IDENTITY, revoker, commitment) },
    {
      type: "AnchorBatch",
      organisation,
      sequence: 1,
      root: toHex(rootOf([leafHash(leaf)])),
      count: 1,
      manifest: toHex<Digest>(bytes("manifest")),
    },
  ];
  const entrant: NewMember = {
    organisation: toHex<OrganisationId>(bytes("entrant")),
    kind: "clinic",
    signer: revoker,
    keyCard: toHex<Digest>(bytes("entrant card")),
    custodian: true,
    name: "Clinic Östlund",
    endpoint: "https://east.example",
  };
  const request: Intent = { type: "RequestJoin", ...entrant };
  const nextKey = { organisation, signer: revoker, keyCard: toHex<Digest>(bytes("next card")) };
  const setActor = functionOf(TEST_IDENTITY, "SetActor");
  const actions: readonly ProposalAction[] = [
    { type: "admit", entrant },
    { type: "suspend", organisation },
    { type: "reinstate", organisation },
    { type: "remove", organisation },
    { type: "set-parameter", parameter: "votingPeriod", value: 86_400 },
    { type: "rotate-key", ...nextKey, acceptance: toHex(Uint8Array.of(...bytes("r"), ...bytes("s"), 27)) },
    {
      type: "adopt-contract",
      contract: contractName("records"),
      target: TEST_IDENTITY.contracts.records,
      codehash: toHex(bytes("code")),
      version: 1,
    },
    { type: "pause", ...setActor, until: 1_800_000_000 },
    { type: "lift-pause", ...setActor },
  ];
  const proposals = actions.map((action) => {
    return { type: "Propose", organisation, action, salt: toHex(bytes("proposal")) } as const;
  });
  const votes = proposals.slice(0, 1).map((proposal): Intent => {
    return { type: "Vote", proposal: proposalIdOf(proposal), organisation, support: true };
  });
  return {
    about: "Keys, ids, digests and commitments, each from the inputs beside it; docs/formats.md says how.",
    ledger: TEST_IDENTITY,
    patient: {
      seed: toHex(seed),
      roots: [toHex(root), toHex(next)],
      segments,
      link: { epoch: 1, sealed: toHex(link) },
      carried: { generation: 1, sealed: toHex(carried) },
    },
    consent: {
      salt: toHex(salt),
      revokerSecret: toHex(revokerSecret(root, salt)),
      revoker,
      statement: consentTypedData(TEST_IDENTITY, consent).message["statement"],
      commitment,
      id: consentIdOf(TEST_IDENTITY, revoker, commitment),
    },
    permit: {
      salt: toHex(permit.salt),
      notAfter: permit.notAfter,
      digest: permitDigest(TEST_IDENTITY, permit),
    },
    record: {
      U: toHex(U),
      id: recordIdOf(U),
      k1: toHex(k1),
      G: toHex(G),
      clabel: toHex(clabel),
      dek: toHex(key.dek),
      keyCommitment: toHex(key.commitment),
      attributes,
      attributesSalt: toHex(bytes("attributes salt")),
      attributesCommitment: attributesCommitment(attributes, bytes("attributes salt")),
      kc: toHex(key.kc),
      readersSeed: toHex(readersSeedOf(k1, G, clabel, U)),
      declined,
      declineOpening: toHex(declineOpening(key.kc, declined)),
      endorsement: { ...endorsers, salt: toHex(bytes("endorsement salt")) },
      endorsementCommitment: endorsementCommitment({ ...endorsers, salt: bytes("endorsement salt") }),
      successorSalt: toHex(bytes("successor salt")),
      successor: successorOf(bytes("successor salt"), recordIdOf(U)),
      leaf: toHex(leaf),
      leafHash: toHex(leafHash(leaf)),
    },
    cids: [CODEC_RAW, CODEC_DAG_CBOR].map((codec) => ({
      codec,
      digest: toHex(clabel),
      cid: cidFromDigest(clabel, codec),
    })),
    intents: [...intents, request, ...votes].map((intent) => ({
      intent,
      digest: toHex(intentDigest(TEST_IDENTITY, intent)),
    })),
    joinRequest: { entrant, encoded: toHex(encodeNewMember(entrant)), id: joinRequestIdOf(entrant) },
    proposals: proposals.map((proposal) => ({
      intent: proposal,
      payload: toHex(encodePayload(proposal.action)),
      id: proposalIdOf(proposal),
      digest: toHex(intentDigest(TEST_IDENTITY, proposal)),
    })),
    acceptKey: {
      ...nextKey,
      digest: toHex(typedDataDigest(acceptKeyTypedData(ledgerDomain(TEST_IDENTITY, "consortium"), nextKey))),
    },
  };
}
