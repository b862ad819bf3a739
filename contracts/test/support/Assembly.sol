// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {GovernanceTest} from "./GovernanceTest.sol";

/// @dev Members that do anything at any time: five founders with the ids 1 to 5, and three that may come. It keeps its
/// own book of who voted how, and counts what the contract did without a reason that the book knows.
contract Assembly is GovernanceTest {
    uint256 public constant PEOPLE = 8;
    bytes4 public constant SELECTOR = 0x12345678;
    address public constant TARGET = address(0x7A26E7);

    uint256 public unexplainedChanges;
    uint256 public acceptedReplays;
    uint256 public lateResumptions;
    uint256 public epochJumps;
    /// @dev How often each thing came about, so that a run that did nothing shows.
    uint256 public changes;
    uint256 public adoptions;
    uint256 public pauses;

    bytes32[] private _ids;
    bytes[] private _accepted;
    mapping(bytes32 id => IProposals.Propose) private _proposed;
    mapping(bytes32 id => mapping(uint256 person => bool)) private _agreed;
    mapping(uint256 person => uint256) private _keyOf;
    mapping(uint256 person => uint256) private _rotations;
    uint256 private _nonce;
    /// @dev Statuses after the last change that was explained.
    uint256 private _known;

    constructor() {
        vm.warp(1_800_000_000);
        _found(5, _parameters());
        for (uint256 i = 1; i <= PEOPLE; i++) {
            _keyOf[i] = i;
        }
        _known = _statuses();
    }

    function selectors() external pure returns (bytes4[] memory list) {
        list = new bytes4[](10);
        list[0] = this.propose.selector;
        list[1] = this.vote.selector;
        list[2] = this.assemble.selector;
        list[3] = this.count.selector;
        list[4] = this.ask.selector;
        list[5] = this.move.selector;
        list[6] = this.handOver.selector;
        list[7] = this.wait_.selector;
        list[8] = this.replay.selector;
        list[9] = this.decide.selector;
    }

    function ledger() external view returns (IConsortium) {
        return consortium;
    }

    function latest() external view returns (bytes32) {
        return _ids.length == 0 ? bytes32(0) : _ids[_ids.length - 1];
    }

    function tallyOf(bytes32 id) external view returns (IProposals.Tally memory) {
        return consortium.tally(id);
    }

    function pausedUntil() external view returns (uint64) {
        return consortium.pausedUntil(TARGET, SELECTOR);
    }

    function minimum() external view returns (uint64) {
        return consortium.parameters().minimumMembers;
    }

    function activeMembers() public view returns (uint256 active) {
        for (uint256 i = 1; i <= PEOPLE; i++) {
            if (consortium.isActive(bytes32(i))) active++;
        }
    }

    /// @dev A proposal that is put to the vote at once.
    function decide(uint256 who, uint256 action, uint256 about, uint64 value, uint256 choices) external {
        propose(who, action, about, value);
        assemble(choices);
    }

    function propose(uint256 who, uint256 action, uint256 about, uint64 value) public {
        who = _person(who);
        IProposals.Action chosen = IProposals.Action(action % 9);
        bytes32 subject = bytes32(_person(about));
        bytes memory payload = abi.encode(subject);
        if (chosen == IProposals.Action.Admit) payload = abi.encode(_entrant(uint256(subject)));
        if (chosen == IProposals.Action.SetParameter) {
            uint8 parameter = uint8(about % 4);
            uint64[4] memory values = [5_000 + (value % 5_001), 1 hours + (value % 90 days), value % 9, value % 30 days];
            payload = abi.encode(parameter, values[parameter]);
        }
        if (chosen == IProposals.Action.RotateKey) {
            uint256 newKey = 1_000 * (_rotations[uint256(subject)] + 1) + uint256(subject);
            payload = _rotation(subject, newKey, bytes32(newKey));
        }
        if (chosen == IProposals.Action.AdoptContract) {
            payload = abi.encode("name", address(this), address(this).codehash, 1 + (value % 3));
        }
        if (chosen == IProposals.Action.Pause) {
            payload = abi.encode(TARGET, SELECTOR, block.timestamp + (value % 8 days));
        }
        if (chosen == IProposals.Action.LiftPause) payload = abi.encode(TARGET, SELECTOR);
        IProposals.Propose memory p = IProposals.Propose(bytes32(who), uint8(chosen), payload, bytes32(++_nonce));
        bytes32 id = _proposalId(p);
        bytes memory call =
            abi.encodeCall(IProposals.propose, (p, _sign(_keyOf[who], address(consortium), id)));
        if (!_submit(call)) return;
        _ids.push(id);
        _proposed[id] = p;
        bool aboutItself = subject == bytes32(who)
            && (chosen == IProposals.Action.Suspend || chosen == IProposals.Action.Remove);
        _agreed[id][who] = !aboutItself;
        _explain(id);
    }

    function vote(uint256 which, uint256 who, bool support) external {
        if (_ids.length != 0) _voteOn(_ids[which % _ids.length], _person(who), support);
    }

    /// @dev All vote on the newest one, three of four for it, in an order that changes.
    function assemble(uint256 choices) public {
        if (_ids.length == 0) return;
        for (uint256 i = 0; i < PEOPLE; i++) {
            uint256 who = _person((choices >> 128) + i);
            _voteOn(_ids[_ids.length - 1], who, (choices >> (2 * who)) & 3 != 0);
        }
    }

    function count(uint256 which) external {
        if (_ids.length == 0) return;
        bytes32 id = _ids[which % _ids.length];
        (bool ok,) = address(consortium).call(abi.encodeCall(IProposals.settle, (id)));
        if (ok) _explain(id);
    }

    function ask(uint256 who) external {
        who = 6 + (who % 3);
        IConsortium.NewMember memory entrant = _entrant(who);
        bytes memory signature = _sign(who, address(consortium), _requestHash(entrant));
        _unchanged(abi.encodeCall(IConsortium.requestJoin, (entrant, signature)));
    }

    function move(uint256 who, uint64 version) external {
        who = _person(who);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("SetEndpoint(bytes32 organisation,string endpoint,uint64 version)"),
                who,
                keccak256("http://moved"),
                1 + (version % 4)
            )
        );
        bytes memory signature = _sign(_keyOf[who], address(consortium), structHash);
        _unchanged(
            abi.encodeCall(IConsortium.setEndpoint, (bytes32(who), "http://moved", 1 + (version % 4), signature))
        );
    }

    /// @dev A committee of three, the threshold two, that all of the standing one sign who can.
    function handOver(uint256 first, uint32 epoch, bool another) external {
        (, bytes32[] memory standing) = consortium.custodians();
        bytes32 id = another && standing.length != 0 ? keccak256("another") : COMMITTEE;
        uint32 current = consortium.committee(COMMITTEE).shareEpoch;
        bytes32[] memory members = new bytes32[](3);
        for (uint256 i = 0; i < 3; i++) {
            members[i] = bytes32(_person((first % PEOPLE) + i));
        }
        IConsortium.Committee memory content = _committeeOf(2, current + (epoch % 2 == 0 ? 1 : epoch % 4), members);
        bytes[] memory signatures = new bytes[](3 + standing.length);
        for (uint256 i = 0; i < signatures.length; i++) {
            uint256 signer = uint256(i < 3 ? members[i] : standing[i - 3]);
            signatures[i] = _sign(_keyOf[signer], address(consortium), _committeeHash(id, content));
        }
        if (!_unchanged(abi.encodeCall(IConsortium.adoptCommittee, (id, content, signatures)))) return;
        adoptions++;
        if (standing.length != 0 && (content.shareEpoch != current + 1 || another)) epochJumps++;
        (, bytes32[] memory adopted) = consortium.custodians();
        if (keccak256(abi.encode(adopted)) != keccak256(abi.encode(members))) epochJumps++;
    }

    function wait_(uint32 time, uint8 long) external {
        uint64 until = consortium.pausedUntil(TARGET, SELECTOR);
        vm.warp(block.timestamp + (long < 16 ? 30 days : time % 12 hours));
        if (until == 0) return;
        pauses++;
        bool resumed = consortium.pausedUntil(TARGET, SELECTOR) == 0;
        bytes memory call = abi.encodeCall(IMembers.authorise, (_anyActive(), SELECTOR));
        vm.prank(TARGET);
        (bool ok,) = address(consortium).staticcall(call);
        if (resumed != (block.timestamp >= until) || ok != resumed) lateResumptions++;
    }

    /// @dev Whatever was accepted once is refused now, from whomever it comes.
    function replay(uint256 which, address relayer) external {
        if (_accepted.length == 0) return;
        bytes memory call = _accepted[which % _accepted.length];
        vm.prank(relayer);
        (bool ok,) = address(consortium).call(call);
        if (ok) acceptedReplays++;
    }

    function _voteOn(bytes32 id, uint256 who, bool support) private {
        IProposals.Vote memory v = IProposals.Vote(id, bytes32(who), support);
        bytes memory signature = _sign(_keyOf[who], address(consortium), _voteHash(v));
        if (!_submit(abi.encodeCall(IProposals.vote, (v, signature)))) return;
        _agreed[id][who] = support;
        _explain(id);
    }

    /// @dev A status changes only for the one whom a proposal names, and only when more than half of those who were active
    /// had agreed; a key likewise.
    function _explain(bytes32 id) private {
        uint256 before = _known;
        bool carriedOut = consortium.proposal(id).state == IProposals.State.CarriedOut;
        IProposals.Propose storage p = _proposed[id];
        if (carriedOut && p.action == uint8(IProposals.Action.RotateKey)) {
            (bytes32 organisation, address signer) = abi.decode(p.payload, (bytes32, address));
            if (consortium.signerOf(organisation) == signer) _learn(uint256(organisation), signer);
        }
        uint256 afterwards = _statuses();
        if (before == afterwards) return;
        _known = afterwards;
        changes++;
        uint256 subject = p.action == uint8(IProposals.Action.Admit)
            ? uint256(abi.decode(p.payload, (IConsortium.NewMember)).id)
            : uint256(abi.decode(p.payload, (bytes32)));
        uint256 agreed = 0;
        uint256 active = 0;
        for (uint256 i = 1; i <= PEOPLE; i++) {
            if ((before >> (8 * i)) & 0xff != 1) continue;
            active++;
            if (_agreed[id][i]) agreed++;
        }
        bool onlyTheSubject = (before ^ afterwards) & ~(uint256(0xff) << (8 * subject)) == 0;
        bool aboutStatus = p.action <= uint8(IProposals.Action.Remove);
        if (!carriedOut || !aboutStatus || !onlyTheSubject || agreed * 2 <= active) unexplainedChanges++;
    }

    function _learn(uint256 person, address signer) private {
        uint256 newKey = 1_000 * (_rotations[person] + 1) + person;
        if (vm.addr(newKey) != signer) return;
        _rotations[person]++;
        _keyOf[person] = newKey;
    }

    /// @dev Submits what must not change anyone's status; whether it was accepted.
    function _unchanged(bytes memory call) private returns (bool ok) {
        ok = _submit(call);
        if (ok && _known != _statuses()) unexplainedChanges++;
    }

    function _submit(bytes memory call) private returns (bool ok) {
        (ok,) = address(consortium).call(call);
        if (ok) _accepted.push(call);
    }

    /// @dev A byte for each person: 1 active, 2 suspended, 0 neither.
    function _statuses() private view returns (uint256 all) {
        for (uint256 i = 1; i <= PEOPLE; i++) {
            if (consortium.isActive(bytes32(i))) all |= uint256(1) << (8 * i);
            else if (consortium.isMember(bytes32(i))) all |= uint256(2) << (8 * i);
        }
    }

    function _anyActive() private view returns (bytes32) {
        for (uint256 i = 1; i <= PEOPLE; i++) {
            if (consortium.isActive(bytes32(i))) return bytes32(i);
        }
        return 0;
    }

    function _entrant(uint256 person) private returns (IConsortium.NewMember memory) {
        return _newMember(bytes32(person), 1, vm.addr(person), person % 2 == 0, "Entrant");
    }

    function _person(uint256 seed) private pure returns (uint256) {
        return 1 + (seed % PEOPLE);
    }
}
