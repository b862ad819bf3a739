// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

/// @dev North and South stand, and both are needed; the clinic is to come in.
contract CommitteesTest is GovernanceTest {
    IConsortium.Committee private _first;

    function setUp() public override {
        super.setUp();
        _first = _adoptFirstCommittee();
        _admitClinic();
    }

    function _adopt(IConsortium.Committee memory content, uint256[] memory keys) private {
        consortium.adoptCommittee(COMMITTEE, content, _signCommittee(content, keys));
    }

    function _refuse(bytes memory expected, IConsortium.Committee memory content, uint256[] memory keys) private {
        bytes[] memory signatures = _signCommittee(content, keys);
        vm.expectRevert(expected);
        consortium.adoptCommittee(COMMITTEE, content, signatures);
    }

    function test_thresholdOfTheStandingOnePassesTheSharesOn() public {
        (uint8 threshold, bytes32[] memory members) = consortium.custodians();
        _equal(threshold, 2);
        _equal(keccak256(abi.encode(members)), keccak256(abi.encode(_two(NORTH, SOUTH))));

        IConsortium.Committee memory next = _committeeOf(2, 2, _two(CLINIC, NORTH));
        bytes[] memory signatures = _signCommittee(next, _keys(CLINIC_KEY, NORTH_KEY, 0, SOUTH_KEY));
        vm.expectEmit(true, false, false, true);
        emit IConsortium.CommitteeAdopted(COMMITTEE, next.certificate, 2, 2, next.members);
        consortium.adoptCommittee(COMMITTEE, next, signatures);
        (threshold, members) = consortium.custodians();
        _equal(keccak256(abi.encode(members)), keccak256(abi.encode(next.members)));
        _expectError(IConsortium.AlreadyAdopted.selector);
        consortium.adoptCommittee(COMMITTEE, next, signatures);

        bytes memory past = abi.encodeWithSelector(IConsortium.ShareEpochPast.selector, 2);
        _refuse(past, _first, _keys(NORTH_KEY, SOUTH_KEY));
        // South has no share any more, and is missed by nobody.
        bytes32 id = _propose(NORTH, IProposals.Action.Remove, abi.encode(SOUTH));
        _vote(id, LAB, true);
        _vote(id, CLINIC, true);
        _hasStatus(SOUTH, IConsortium.Status.Removed);
    }

    /// @dev Zero is an id like any other, and not the mark of there being none.
    function test_aCommitteeWithIdZeroStandsToo() public {
        super.setUp();
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = _sign(NORTH_KEY, address(consortium), _committeeHash(0, _first));
        signatures[1] = _sign(SOUTH_KEY, address(consortium), _committeeHash(0, _first));
        consortium.adoptCommittee(0, _first, signatures);
        _expectError(IConsortium.AlreadyAdopted.selector);
        consortium.adoptCommittee(0, _first, signatures);
        signatures[0] = _sign(NORTH_KEY, address(consortium), _committeeHash(COMMITTEE, _first));
        signatures[1] = _sign(SOUTH_KEY, address(consortium), _committeeHash(COMMITTEE, _first));
        _expectError(IConsortium.CommitteeConflict.selector);
        consortium.adoptCommittee(COMMITTEE, _first, signatures);
    }

    function test_fewerThanTheThresholdPassNothingOn() public {
        IConsortium.Committee memory next = _committeeOf(2, 2, _two(CLINIC, NORTH));
        bytes memory expected = abi.encodeWithSelector(IConsortium.TooFewStanding.selector, 1, 2);
        _refuse(expected, next, _keys(CLINIC_KEY, NORTH_KEY, 0, 0));
        _refuse(expected, next, _keys(CLINIC_KEY, NORTH_KEY, NORTH_KEY, 0));
        bytes memory bad = abi.encodeWithSelector(ISignedIntents.BadSignature.selector);
        _refuse(bad, next, _keys(CLINIC_KEY, NORTH_KEY, 0, CLINIC_KEY));
        _refuse(bad, next, _keys(STRANGER_KEY, NORTH_KEY, 0, SOUTH_KEY));
        // The one who calls itself needs no signature.
        bytes[] memory signatures = _signCommittee(next, _keys(CLINIC_KEY, NORTH_KEY, 0, 0));
        vm.prank(vm.addr(SOUTH_KEY));
        consortium.adoptCommittee(COMMITTEE, next, signatures);
        _equal(consortium.committee(COMMITTEE).shareEpoch, 2);
    }

    function test_theKeyStaysAndEpochsFollowEachOther() public {
        IConsortium.Committee memory next = _committeeOf(2, 2, _two(CLINIC, NORTH));
        bytes[] memory signatures = _signCommittee(next, _keys(CLINIC_KEY, NORTH_KEY, 0, SOUTH_KEY));
        _expectError(IConsortium.CommitteeConflict.selector);
        consortium.adoptCommittee(keccak256("another"), next, signatures);
        next.shareEpoch = 3;
        bytes memory gap = abi.encodeWithSelector(IConsortium.ShareEpochGap.selector, 1);
        _refuse(gap, next, _keys(CLINIC_KEY, NORTH_KEY, 0, SOUTH_KEY));
        next.shareEpoch = 1;
        bytes memory conflict = abi.encodeWithSelector(IConsortium.CommitteeConflict.selector);
        _refuse(conflict, next, _keys(CLINIC_KEY, NORTH_KEY, 0, SOUTH_KEY));
        next.shareEpoch = 0;
        bytes memory past = abi.encodeWithSelector(IConsortium.ShareEpochPast.selector, 1);
        _refuse(past, next, _keys(CLINIC_KEY, NORTH_KEY, 0, SOUTH_KEY));
    }

    function test_newMembersAreActiveCustodians() public {
        uint256[] memory keys = _keys(LAB_KEY, NORTH_KEY, 0, SOUTH_KEY);
        bytes memory expected = abi.encodeWithSelector(IConsortium.NotCustodian.selector, LAB);
        _refuse(expected, _committeeOf(2, 2, _two(LAB, NORTH)), keys);
        expected = abi.encodeWithSelector(IConsortium.DuplicateMember.selector, NORTH);
        _refuse(expected, _committeeOf(2, 2, _two(NORTH, NORTH)), _keys(NORTH_KEY, NORTH_KEY, 0, SOUTH_KEY));
        expected = abi.encodeWithSelector(IConsortium.SignatureCount.selector, 4, 2);
        _refuse(expected, _committeeOf(2, 2, _two(CLINIC, NORTH)), _keys(CLINIC_KEY, NORTH_KEY));
        expected = abi.encodeWithSelector(IConsortium.BadThreshold.selector, 3, 2);
        _refuse(expected, _committeeOf(3, 2, _two(CLINIC, NORTH)), _keys(CLINIC_KEY, NORTH_KEY, 0, SOUTH_KEY));
        bytes32 id = _carry(IProposals.Action.Suspend, abi.encode(CLINIC));
        _vote(id, LAB, true);
        expected = abi.encodeWithSelector(IMembers.MemberNotActive.selector, CLINIC);
        _refuse(expected, _committeeOf(2, 2, _two(CLINIC, NORTH)), _keys(CLINIC_KEY, NORTH_KEY, 0, SOUTH_KEY));
    }

    function test_aSuspendedCustodianPassesNothingOn() public {
        bytes32[] memory members = _three(NORTH, SOUTH, CLINIC);
        IConsortium.Committee memory three = _committeeOf(2, 2, members);
        uint256[] memory keys = new uint256[](5);
        (keys[0], keys[1], keys[2]) = (NORTH_KEY, SOUTH_KEY, CLINIC_KEY);
        _adopt(three, keys);
        bytes32 id = _carry(IProposals.Action.Suspend, abi.encode(CLINIC));
        _vote(id, LAB, true);
        _hasStatus(CLINIC, IConsortium.Status.Suspended);

        // Threshold two, and of the two that are left only one signs.
        IConsortium.NewMember memory east = _newMember(keccak256("east"), 0, vm.addr(0xEA57), true, "East");
        _request(east, 0xEA57);
        _carry(IProposals.Action.Admit, abi.encode(east));
        IConsortium.Committee memory next = _committeeOf(2, 3, _two(NORTH, keccak256("east")));
        keys = new uint256[](5);
        (keys[0], keys[1], keys[4]) = (NORTH_KEY, 0xEA57, CLINIC_KEY);
        _refuse(abi.encodeWithSelector(IConsortium.TooFewStanding.selector, 1, 2), next, keys);
        keys[3] = SOUTH_KEY;
        _adopt(next, keys);
        _equal(consortium.committee(COMMITTEE).shareEpoch, 3);
    }
}
