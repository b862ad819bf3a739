// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProposals} from "../interfaces/IProposals.sol";
import {Bits} from "./Bits.sol";
import {Membership} from "./Membership.sol";
import {ParameterBook} from "./ParameterBook.sol";
import {Payloads} from "./Payloads.sol";
import {Problem} from "./Problem.sol";

/// @dev The life of a proposal. What proposals do is the heir's.
abstract contract Proposals is IProposals, Membership, ParameterBook {
    bytes32 private constant PROPOSE =
        keccak256("Propose(bytes32 organisation,uint8 action,bytes payload,bytes32 salt)");
    bytes32 private constant VOTE = keccak256("Vote(bytes32 proposal,bytes32 organisation,bool support)");
    uint256 private constant WHOLE = 10_000;

    /// @dev Votes are bits at the members' seats, so that those of members that are active can be counted by words,
    /// whenever it is and however many there are.
    struct Stored {
        State state;
        Action action;
        uint40 expires;
        bytes payload;
        mapping(uint256 word => uint256) yes;
        mapping(uint256 word => uint256) no;
    }

    mapping(bytes32 id => Stored) private _proposals;

    /// @inheritdoc IProposals
    function propose(Propose calldata intent, bytes calldata signature) external {
        bytes32 id =
            keccak256(abi.encode(PROPOSE, intent.organisation, intent.action, keccak256(intent.payload), intent.salt));
        Stored storage stored = _proposals[id];
        if (stored.state != State.None) revert AlreadyProposed();
        address signer = _requireActive(intent.organisation);
        if (intent.action > uint8(type(Action).max)) revert BadAction(intent.action);
        Action action = Action(intent.action);
        if (!Payloads.isWellFormed(action, intent.payload)) revert BadPayload();
        _requireSigned(signer, id, signature);
        Problem.raise(_carryOut(action, intent.payload, true));

        uint40 expires = uint40(block.timestamp + _valueOf(Parameter.VotingPeriod));
        stored.state = State.Open;
        stored.action = action;
        stored.expires = expires;
        stored.payload = intent.payload;
        emit Proposed(id, intent.organisation, action, intent.payload, intent.salt, expires);
        if (intent.organisation != _excludedFrom(stored)) _cast(id, stored, intent.organisation, true);
    }

    /// @inheritdoc IProposals
    function vote(Vote calldata intent, bytes calldata signature) external {
        Stored storage stored = _proposals[intent.proposal];
        if (stored.state == State.None) revert UnknownProposal(intent.proposal);
        _requireNotVoted(stored, intent.organisation, intent.support);
        if (!_isOpen(stored)) revert ProposalClosed(intent.proposal);
        address signer = _requireActive(intent.organisation);
        if (intent.organisation == _excludedFrom(stored)) revert NoVoteAboutOneself(intent.organisation);
        _requireSigned(signer, keccak256(abi.encode(VOTE, intent)), signature);
        _cast(intent.proposal, stored, intent.organisation, intent.support);
    }

    /// @inheritdoc IProposals
    function settle(bytes32 id) external {
        Stored storage stored = _proposals[id];
        if (stored.state == State.None) revert UnknownProposal(id);
        if (!_isOpen(stored)) revert ProposalClosed(id);
        _close(id, stored);
    }

    /// @inheritdoc IProposals
    function proposal(bytes32 id) external view returns (Proposal memory) {
        Stored storage stored = _proposals[id];
        return Proposal({
            state: stored.state == State.Open && !_isOpen(stored) ? State.Expired : stored.state,
            action: stored.action,
            expires: stored.expires,
            payload: stored.payload
        });
    }

    /// @inheritdoc IProposals
    function tally(bytes32 id) external view returns (Tally memory) {
        Stored storage stored = _proposals[id];
        if (stored.state == State.None) revert UnknownProposal(id);
        return _tallyOf(stored);
    }

    /// @dev Does what the action says, unless that breaks a rule by now: then it changes nothing and gives the rule's error.
    /// @param payload A well-formed one.
    /// @param dry Whether to stop after the rules.
    function _carryOut(Action action, bytes memory payload, bool dry) internal virtual returns (bytes memory problem);

    /// @dev How many of `voters` must agree when `active` members are active: more than the quorum, which is at least
    /// half, and never more than there are. With no voter left it cannot be reached.
    function _requiredOf(uint256 active, uint256 voters) internal view returns (uint256 required) {
        required = (active * _valueOf(Parameter.Quorum)) / WHOLE + 1;
        if (required > voters) required = voters;
        if (required == 0) required = 1;
    }

    function _cast(bytes32 id, Stored storage stored, bytes32 organisation, bool support) private {
        (uint256 word, uint256 bit) = _seatOf(organisation);
        if (support) stored.yes[word] |= bit;
        else stored.no[word] |= bit;
        emit Voted(id, organisation, support);
        _close(id, stored);
    }

    /// @dev Closes the proposal if the votes say so by now.
    function _close(bytes32 id, Stored storage stored) private {
        Tally memory counted = _tallyOf(stored);
        if (counted.yes >= counted.required) {
            bytes memory problem = _carryOut(stored.action, stored.payload, false);
            // No rule is broken: what is compared is made in this call.
            // slither-disable-next-line incorrect-equality
            if (problem.length == 0) {
                stored.state = State.CarriedOut;
                emit ProposalCarriedOut(id);
            } else {
                stored.state = State.Failed;
                emit ProposalFailed(id, problem);
            }
        } else if (counted.voters - counted.no < counted.required) {
            stored.state = State.Rejected;
            emit ProposalRejected(id);
        }
    }

    /// @dev A vote that is repeated is told so even after it closed the proposal.
    function _requireNotVoted(Stored storage stored, bytes32 organisation, bool support) private view {
        (uint256 word, uint256 bit) = _seatOf(organisation);
        bool yes = stored.yes[word] & bit != 0;
        bool no = stored.no[word] & bit != 0;
        if (!yes && !no) return;
        if (yes == support) revert AlreadyVoted();
        revert VotedOtherwise();
    }

    function _tallyOf(Stored storage stored) private view returns (Tally memory counted) {
        uint256 words = _seatWords();
        for (uint256 word = 0; word < words; word++) {
            uint256 active = _activeSeatsOf(word);
            counted.yes += Bits.count(stored.yes[word] & active);
            counted.no += Bits.count(stored.no[word] & active);
        }
        uint256 members = _activeMembers();
        bytes32 excluded = _excludedFrom(stored);
        counted.voters = excluded != 0 && _isActive(excluded) ? members - 1 : members;
        counted.required = _requiredOf(members, counted.voters);
    }

    /// @dev Who has no vote on this; zero for nobody.
    function _excludedFrom(Stored storage stored) private view returns (bytes32) {
        if (stored.action != Action.Suspend && stored.action != Action.Remove) return 0;
        return abi.decode(stored.payload, (bytes32));
    }

    function _isOpen(Stored storage stored) private view returns (bool) {
        return stored.state == State.Open && block.timestamp < stored.expires;
    }
}
