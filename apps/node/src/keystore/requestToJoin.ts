import { join } from "node:path";
import type { JoinRequest } from "@anamnesis/api/routes/consortium";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { addressOf } from "@anamnesis/core/crypto/secp256k1";
import { intentDigest, type LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import { NODE_FILES } from "../nodeFiles.ts";
import { openKeystore } from "./keystore.ts";

export interface RequestToJoinOptions extends Pick<NewMember, "kind" | "endpoint" | "custodian"> {
  /** The node's data folder, which has its keys. */
  readonly dataDir: string;
  readonly passphrase: string;
  /** Which ledger the request is for; it counts on no other. */
  readonly identity: LedgerIdentity;
}

/** The organisation's request to be admitted, signed with its key. Throws what opening the keystore throws. */
export async function requestToJoin(options: RequestToJoinOptions): Promise<JoinRequest> {
  const { dataDir, passphrase, identity, kind, endpoint, custodian } = options;
  const keys = await openKeystore(join(dataDir, NODE_FILES.keystore), passphrase);
  const { card } = keys;
  const entrant: NewMember = {
    organisation: keys.organisation,
    kind,
    signer: addressOf(card.secp256k1),
    keyCard: keyCardDigest(card),
    custodian,
    name: card.name,
    endpoint,
  };
  return { entrant, signature: keys.signDigest(intentDigest(identity, { type: "RequestJoin", ...entrant })) };
}
