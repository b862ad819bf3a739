// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISignedIntents} from "./ISignedIntents.sol";

/// @notice How the members decide. Each active one has one vote; more than half must agree; the vote that makes it enough
/// carries the proposal out. Nobody else has any right here, nor had the one who deployed.
interface IProposals is ISignedIntents {
    /// @dev The payload is abi.encode of:
    /// Admit (IConsortium.NewMember): the fields of a request that the entrant made.
    /// Suspend, Reinstate, Remove (bytes32 organisation).
    /// SetParameter (uint8 parameter, uint64 value).
    /// RotateKey (bytes32 organisation, address signer, bytes32 keyCard, bytes32 r, bytes32 s, uint8 v): r, s, v is the new
    /// key's own signature over AcceptKey(bytes32 organisation,address signer,bytes32 keyCard).
    /// AdoptContract (bytes32 name, address target, bytes32 codehash, uint64 version).
    /// Pause (address target, bytes4 selector, uint64 until).
    /// LiftPause (address target, bytes4 selector).
    enum Action {
        Admit,
        Suspend,
        Reinstate,
        Remove,
        SetParameter,
        RotateKey,
        AdoptContract,
        Pause,
        LiftPause
    }

    /// @dev Failed: enough agreed, but it had become impossible. Expired needs no transaction: time makes it so.
    enum State {
        None,
        Open,
        CarriedOut,
        Rejected,
        Failed,
        Expired
    }

    /// @param salt Any: what was proposed once, and expired or failed, can be proposed again with another.
    struct Propose {
        bytes32 organisation;
        uint8 action;
        bytes payload;
        bytes32 salt;
    }

    /// @dev Field for field the EIP-712 type, so that its ABI encoding is its EIP-712 encoding.
    struct Vote {
        bytes32 proposal;
        bytes32 organisation;
        bool support;
    }

    /// @param expires Time (seconds) from which no vote counts any more.
    struct Proposal {
        State state;
        Action action;
        uint64 expires;
        bytes payload;
    }

    /// @param yes Members that agreed and are active now; `no` likewise.
    /// @param voters Active members, without the one whose suspension or removal it is.
    /// @param required More than `quorum` of the active members, at least one, at most all voters.
    struct Tally {
        uint256 yes;
        uint256 no;
        uint256 voters;
        uint256 required;
    }

    /// @param proposal EIP-712 hash of the struct `Propose`.
    event Proposed(
        bytes32 indexed proposal,
        bytes32 indexed organisation,
        Action indexed action,
        bytes payload,
        bytes32 salt,
        uint64 expires
    );
    event Voted(bytes32 indexed proposal, bytes32 indexed organisation, bool support);
    /// @notice The events of what it changed stand before it, in the same transaction.
    event ProposalCarriedOut(bytes32 indexed proposal);
    /// @notice So many disagreed that it cannot be carried any more.
    event ProposalRejected(bytes32 indexed proposal);
    /// @param problem Error of the rule that it would break by now.
    event ProposalFailed(bytes32 indexed proposal, bytes problem);

    /// @notice The action is none of the nine.
    error BadAction(uint8 action);
    /// @notice The payload is not what the action takes.
    error BadPayload();
    /// @notice This member proposed exactly this.
    error AlreadyProposed();
    /// @notice There is no such proposal.
    error UnknownProposal(bytes32 proposal);
    /// @notice The proposal is closed or has expired.
    error ProposalClosed(bytes32 proposal);
    /// @notice The member voted so.
    error AlreadyVoted();
    /// @notice The member voted otherwise; a vote is not changed.
    error VotedOtherwise();
    /// @notice A member does not vote about its own suspension or removal.
    error NoVoteAboutOneself(bytes32 organisation);
    /// @notice Fewer active members than the minimum would be left.
    error TooFewMembers(uint256 left, uint64 minimum);

    /// @notice Puts something to the vote, and votes for it. Whatever could not be carried out now is refused with the
    /// error of the rule that it breaks.
    /// @dev Propose(bytes32 organisation,uint8 action,bytes payload,bytes32 salt), signed by the organisation.
    function propose(Propose calldata intent, bytes calldata signature) external;

    /// @dev Vote(bytes32 proposal,bytes32 organisation,bool support), signed by the organisation.
    function vote(Vote calldata intent, bytes calldata signature) external;

    /// @notice Counts again, for anyone: the votes that are there can be enough after other members were suspended,
    /// removed or reinstated, or after the quorum changed.
    function settle(bytes32 proposal) external;

    /// @notice State None when there is no such proposal.
    function proposal(bytes32 id) external view returns (Proposal memory);

    /// @notice Votes as they count now. Reverts with UnknownProposal.
    function tally(bytes32 proposal) external view returns (Tally memory);
}
