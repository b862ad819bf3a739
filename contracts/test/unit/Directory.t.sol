// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../../src/interfaces/IDirectory.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {IVersioned} from "../../src/interfaces/IVersioned.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

contract DirectoryTest is GovernanceTest {
    event ActorSet(
        bytes32 indexed organisation,
        bytes32 indexed actor,
        uint8 role,
        address signer,
        bytes32 keyCard,
        bool active,
        uint64 version
    );

    bytes32 private constant DOCTOR = keccak256("doctor");

    function _intent(bytes32 organisation, uint64 version) private pure returns (IDirectory.SetActor memory) {
        return IDirectory.SetActor(organisation, DOCTOR, 0, address(0xD0C), keccak256("card"), true, version);
    }

    function _signActor(uint256 key, IDirectory.SetActor memory a) private returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "SetActor(bytes32 organisation,bytes32 actor,uint8 role,address signer,bytes32 keyCard,bool active,uint64 version)"
                ),
                a.organisation,
                a.actor,
                a.role,
                a.signer,
                a.keyCard,
                a.active,
                a.version
            )
        );
        return _sign(key, address(directory), structHash);
    }

    function test_actorIsSetAndReplaced() public {
        IDirectory.SetActor memory intent = _intent(NORTH, 1);
        bytes memory first = _signActor(NORTH_KEY, intent);
        vm.expectEmit(true, true, false, true);
        emit ActorSet(NORTH, DOCTOR, 0, address(0xD0C), keccak256("card"), true, 1);
        directory.setActor(intent, first);
        _expectError(IVersioned.AlreadySet.selector);
        directory.setActor(intent, first);

        intent.version = 2;
        intent.active = false;
        directory.setActor(intent, _signActor(NORTH_KEY, intent));
        IDirectory.Actor memory actor = directory.actor(DOCTOR);
        _equal(actor.organisation, NORTH);
        _equal(actor.signer, address(0xD0C));
        _true(!actor.active);
        _equal(actor.version, 2);
        _expectError(IVersioned.VersionPast.selector, 2);
        directory.setActor(_intent(NORTH, 1), first);
    }

    function test_eachFieldMakesAConflict() public {
        directory.setActor(_intent(NORTH, 1), _signActor(NORTH_KEY, _intent(NORTH, 1)));
        for (uint256 field = 0; field < 4; field++) {
            IDirectory.SetActor memory intent = _intent(NORTH, 1);
            if (field == 0) intent.role = 1;
            if (field == 1) intent.signer = address(1);
            if (field == 2) intent.keyCard = 0;
            if (field == 3) intent.active = false;
            bytes memory signature = _signActor(NORTH_KEY, intent);
            _expectError(IVersioned.VersionConflict.selector, 1);
            directory.setActor(intent, signature);
        }
    }

    function test_refusals() public {
        IDirectory.SetActor memory intent = _intent(NORTH, 1);
        bytes memory signature = _signActor(SOUTH_KEY, intent);
        _expectError(ISignedIntents.BadSignature.selector);
        directory.setActor(intent, signature);

        intent = _intent(NOBODY, 1);
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        directory.setActor(intent, signature);

        intent = _intent(NORTH, 2);
        signature = _signActor(NORTH_KEY, intent);
        _expectError(IVersioned.VersionGap.selector, uint256(0));
        directory.setActor(intent, signature);

        intent = _intent(NORTH, 1);
        intent.role = 3;
        signature = _signActor(NORTH_KEY, intent);
        _expectError(IDirectory.BadRole.selector, 3);
        directory.setActor(intent, signature);

        intent = _intent(NORTH, 1);
        intent.signer = address(0);
        signature = _signActor(NORTH_KEY, intent);
        _expectError(IDirectory.IncompleteActor.selector, DOCTOR);
        directory.setActor(intent, signature);
    }

    function test_anActorStaysWithItsOrganisation() public {
        directory.setActor(_intent(NORTH, 1), _signActor(NORTH_KEY, _intent(NORTH, 1)));
        IDirectory.SetActor memory stolen = _intent(SOUTH, 2);
        bytes memory signature = _signActor(SOUTH_KEY, stolen);
        _expectError(IDirectory.ActorOfAnother.selector, DOCTOR);
        directory.setActor(stolen, signature);
    }

    function _set(uint64 version, address signer, bytes32 keyCard, bool active) private {
        IDirectory.SetActor memory a = IDirectory.SetActor(NORTH, DOCTOR, 0, signer, keyCard, active, version);
        directory.setActor(a, _signActor(NORTH_KEY, a));
    }

    function _stood(uint64 time, uint64 version, address signer, bytes32 keyCard, bool active) private view {
        IDirectory.Actor memory then = directory.actorAt(DOCTOR, time);
        _equal(then.version, version);
        _equal(then.signer, signer);
        _equal(then.keyCard, keyCard);
        _true(then.active == active && then.role == 0);
        _equal(then.organisation, version == 0 ? bytes32(0) : NORTH);
    }

    function test_whichKeyWasValidThenHasAnAnswer() public {
        _stood(1_000, 0, address(0), 0, false);
        vm.warp(1_000);
        _set(1, address(1), keccak256("1"), true);
        vm.warp(2_000);
        _set(2, address(2), keccak256("2"), true);
        vm.warp(3_000);
        _set(3, address(2), keccak256("2"), false);
        // Two in one block: the last one stands.
        _set(4, address(4), keccak256("4"), true);
        vm.warp(4_000);
        _set(5, address(5), keccak256("5"), true);
        _stood(999, 0, address(0), 0, false);
        _stood(1_000, 1, address(1), keccak256("1"), true);
        _stood(1_999, 1, address(1), keccak256("1"), true);
        _stood(2_000, 2, address(2), keccak256("2"), true);
        _stood(2_999, 2, address(2), keccak256("2"), true);
        _stood(3_000, 4, address(4), keccak256("4"), true);
        _stood(4_000, 5, address(5), keccak256("5"), true);
        _stood(type(uint64).max, 5, address(5), keccak256("5"), true);

        for (uint256 i = 1; i <= 5; i++) {
            bytes32 card = keccak256(i == 3 ? bytes("none") : abi.encodePacked(bytes1(uint8(0x30 + i))));
            _true(directory.wasKeyCard(DOCTOR, card) == (i != 3));
        }
        _true(!directory.wasKeyCard(keccak256("nurse"), 0));
    }

    function test_itAsksItsConsortium() public view {
        _equal(address(directory.consortium()), address(consortium));
    }

    function test_anActorActsWhileItAndItsOrganisationAreActive() public {
        _true(!directory.isActive(DOCTOR));
        IDirectory.SetActor memory a =
            IDirectory.SetActor(LAB, DOCTOR, 2, address(0xD0C), keccak256("card"), true, 1);
        directory.setActor(a, _signActor(LAB_KEY, a));
        _true(directory.isActive(DOCTOR));
        _carry(IProposals.Action.Suspend, abi.encode(LAB));
        _true(!directory.isActive(DOCTOR) && directory.actor(DOCTOR).active);
        a.version = 2;
        bytes memory signature = _signActor(LAB_KEY, a);
        _expectError(IMembers.MemberNotActive.selector, LAB);
        directory.setActor(a, signature);

        _carry(IProposals.Action.Reinstate, abi.encode(LAB));
        _true(directory.isActive(DOCTOR));
        a.active = false;
        directory.setActor(a, _signActor(LAB_KEY, a));
        _true(!directory.isActive(DOCTOR));
        a.active = true;
        a.version = 3;
        directory.setActor(a, _signActor(LAB_KEY, a));
        _carry(IProposals.Action.Remove, abi.encode(LAB));
        _true(!directory.isActive(DOCTOR));
    }

    function test_settingActorsIsPaused() public {
        uint64 until = uint64(block.timestamp + 1);
        _carry(
            IProposals.Action.Pause, abi.encode(address(directory), IDirectory.setActor.selector, until)
        );
        IDirectory.SetActor memory a = _intent(NORTH, 1);
        bytes memory signature = _signActor(NORTH_KEY, a);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMembers.FunctionPaused.selector, address(directory), IDirectory.setActor.selector, until
            )
        );
        directory.setActor(a, signature);
        vm.warp(until);
        directory.setActor(a, signature);
    }
}
