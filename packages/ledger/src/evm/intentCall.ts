import { coordinatesOf, isPoint } from "@anamnesis/core/crypto/secp256k1";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { unreachable } from "@anamnesis/core/errors";
import type { Address, Hex } from "@anamnesis/core/ids";
import type { Inclusion, LedgerIdentity, LogHead, SignedIntent } from "@anamnesis/core/ledger/intents";
import { encodePayload, PROPOSAL_ACTIONS } from "@anamnesis/core/ledger/proposal";
import { ACTOR_ROLES, MEMBER_KINDS } from "@anamnesis/core/ports/ledger";
import { encodeFunctionData } from "viem";
import { consentsAbi } from "./generated/consents.ts";
import { consortiumAbi } from "./generated/consortium.ts";
import { directoryAbi } from "./generated/directory.ts";
import { ownersAbi } from "./generated/owners.ts";
import { receiptsAbi } from "./generated/receipts.ts";
import { recordsAbi } from "./generated/records.ts";

export interface IntentCall {
  readonly target: Address;
  readonly data: Hex;
  /**
   * Gas that the call never needs more of, the relay's share included. A bound and not an estimate: the relay survives
   * a call that runs out of gas, so an estimate would find too little.
   */
  readonly gas: bigint;
}

/** To carry out the dearest action, which writes a member with texts of 256 bytes, and to count the seats of hundreds of members. */
const DECISION_GAS = 1_200_000;

/** The contract call of a well-formed intent (see `digestOfWellFormed`). */
export function intentCall(identity: LedgerIdentity, signed: SignedIntent): IntentCall {
  const { intent } = signed;
  const { contracts } = identity;
  const signatures = signed.signatures.map((bytes) => toHex(bytes));
  // Any other number than one reads as a signature of length zero, which no contract takes from the relay.
  const signature = signatures.length === 1 ? (signatures[0] as Hex) : "0x";
  switch (intent.type) {
    case "SetEndpoint": {
      const args = [intent.organisation, intent.endpoint, BigInt(intent.version), signature] as const;
      const data = encodeFunctionData({ abi: consortiumAbi, functionName: "setEndpoint", args });
      return { target: contracts.consortium, data, gas: bound(130_000, data, 1_000) };
    }
    case "AdoptCommittee": {
      const { committee, certificate, threshold, shareEpoch, members } = intent;
      const places = Math.max(members.length, signatures.length);
      const args = [committee, { certificate, threshold, shareEpoch, members }, signatures] as const;
      const data = encodeFunctionData({ abi: consortiumAbi, functionName: "adoptCommittee", args });
      return { target: contracts.consortium, data, gas: bound(150_000 + 60_000 * places, data) };
    }
    case "SetActor": {
      const { type: _, ...fields } = intent;
      const role = ACTOR_ROLES.indexOf(intent.role);
      const args = [{ ...fields, role, version: BigInt(intent.version) }, signature] as const;
      const data = encodeFunctionData({ abi: directoryAbi, functionName: "setActor", args });
      return { target: contracts.directory, data, gas: bound(140_000, data) };
    }
    case "RegisterConsent": {
      const args = [intent.commitment, intent.revoker, signature] as const;
      const data = encodeFunctionData({ abi: consentsAbi, functionName: "register", args });
      return { target: contracts.consents, data, gas: bound(60_000, data) };
    }
    case "RevokeConsent": {
      const args = [intent.consent, signature] as const;
      const data = encodeFunctionData({ abi: consentsAbi, functionName: "revoke", args });
      return { target: contracts.consents, data, gas: bound(50_000, data) };
    }
    case "AnchorBatch": {
      const { type: _, ...fields } = intent;
      const args = [{ ...fields, sequence: BigInt(intent.sequence) }, signature] as const;
      const data = encodeFunctionData({ abi: recordsAbi, functionName: "anchor", args });
      return { target: contracts.records, data, gas: bound(90_000, data) };
    }
    case "AnchorLogHead": {
      const { type: _, ...fields } = intent;
      const args = [{ ...fields, size: BigInt(intent.size) }, signature] as const;
      const data = encodeFunctionData({ abi: receiptsAbi, functionName: "anchorHead", args });
      return { target: contracts.receipts, data, gas: bound(90_000, data) };
    }
    case "RotateOwner": {
      const { shown, segment, newOwner, newNextOwner } = intent;
      const fields = { segment, generation: BigInt(intent.generation), newOwner, newNextOwner };
      const key = uncompressed(fromHex(shown.publicKey));
      const data =
        shown.opening === null
          ? encodeFunctionData({
              abi: ownersAbi,
              functionName: "rotate",
              args: [fields, key, signature],
            })
          : encodeFunctionData({
              abi: ownersAbi,
              functionName: "rotateFirst",
              args: [fields, key, shown.opening, signature],
            });
      return { target: contracts.owners, data, gas: bound(150_000, data) };
    }
    case "AmendRecord": {
      const { organisation, record, successor, shown } = intent;
      const fields = { organisation, record, successor };
      const args = [fields, shown.label, inclusionOf(shown.inclusion), signature] as const;
      const data = encodeFunctionData({ abi: recordsAbi, functionName: "amend", args });
      return { target: contracts.records, data, gas: bound(90_000 + proofGas(shown.inclusion), data) };
    }
    case "RetractRecord": {
      const { organisation, record, shown } = intent;
      const fields = { organisation, record };
      const args = [fields, shown.label, inclusionOf(shown.inclusion), signature] as const;
      const data = encodeFunctionData({ abi: recordsAbi, functionName: "retract", args });
      return { target: contracts.records, data, gas: bound(90_000 + proofGas(shown.inclusion), data) };
    }
    case "NameEndorsers": {
      const { organisation, record, label, threshold, endorsers, shown } = intent;
      const fields = { organisation, record, label, threshold, endorsers };
      const args = [fields, inclusionOf(shown.inclusion), signature] as const;
      const data = encodeFunctionData({ abi: recordsAbi, functionName: "nameEndorsers", args });
      const work = 160_000 + proofGas(shown.inclusion) + 4_000 * endorsers.length;
      return { target: contracts.records, data, gas: bound(work, data) };
    }
    case "EndorseRecord": {
      const { endorser, organisation, record, label, shown } = intent;
      const args = [{ endorser, organisation, record, label }, shown.endorsers, signature] as const;
      const data = encodeFunctionData({ abi: recordsAbi, functionName: "endorse", args });
      return { target: contracts.records, data, gas: bound(110_000, data) };
    }
    case "EraseRecord": {
      const approvals = intent.shown.custodians.map((custodian, i) => ({
        custodian,
        signature: signatures[i] ?? "0x",
      }));
      const args = [intent.record, approvals] as const;
      const data = encodeFunctionData({ abi: recordsAbi, functionName: "erase", args });
      return { target: contracts.records, data, gas: bound(100_000 + 40_000 * approvals.length, data) };
    }
    case "RequestJoin": {
      const { organisation: id, kind, signer, keyCard, custodian, name, endpoint } = intent;
      const entrant = { id, kind: MEMBER_KINDS.indexOf(kind), signer, keyCard, custodian, name, endpoint };
      const args = [entrant, signature] as const;
      const data = encodeFunctionData({ abi: consortiumAbi, functionName: "requestJoin", args });
      return { target: contracts.consortium, data, gas: bound(130_000, data, 1_000) };
    }
    case "Propose": {
      const { organisation, action, salt } = intent;
      const payload = toHex(encodePayload(action));
      const fields = { organisation, action: PROPOSAL_ACTIONS.indexOf(action.type), payload, salt };
      const args = [fields, signature] as const;
      const data = encodeFunctionData({ abi: consortiumAbi, functionName: "propose", args });
      return { target: contracts.consortium, data, gas: bound(DECISION_GAS, data, 1_000) };
    }
    case "Vote": {
      const { proposal, organisation, support } = intent;
      const args = [{ proposal, organisation, support }, signature] as const;
      const data = encodeFunctionData({ abi: consortiumAbi, functionName: "vote", args });
      return { target: contracts.consortium, data, gas: bound(DECISION_GAS, data) };
    }
    case "SettleProposal": {
      const args = [intent.proposal] as const;
      const data = encodeFunctionData({ abi: consortiumAbi, functionName: "settle", args });
      return { target: contracts.consortium, data, gas: bound(DECISION_GAS, data) };
    }
    case "ProveFork": {
      const headOf = (head: LogHead) => ({ ...head, size: BigInt(head.size) });
      const [first = "0x", second = "0x"] = signatures;
      const args = [headOf(intent.first), first, headOf(intent.second), second] as const;
      const data = encodeFunctionData({ abi: receiptsAbi, functionName: "proveFork", args });
      return { target: contracts.receipts, data, gas: bound(140_000, data) };
    }
    default:
      return unreachable(intent);
  }
}

/** The point behind a compressed key; zeros, which no contract takes for a key, when there is none. */
function uncompressed(key: Uint8Array): { readonly x: bigint; readonly y: bigint } {
  if (!isPoint(key)) return { x: 0n, y: 0n };
  const { x, y } = coordinatesOf(key);
  return { x: BigInt(toHex(x)), y: BigInt(toHex(y)) };
}

function inclusionOf(shown: Inclusion) {
  return { ...shown, sequence: BigInt(shown.sequence) };
}

/** Two hashes by the precompiled contract for each step of the path. */
function proofGas({ path }: Inclusion): number {
  return 3_000 * path.length;
}

/** @param gasPerByte 30 pays for calldata, copying and a long revert reason's event; stored text costs more. */
export function bound(work: number, data: Hex, gasPerByte = 30): bigint {
  return BigInt(work + gasPerByte * ((data.length - 2) / 2));
}
