// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../../src/interfaces/IDirectory.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {IVersioned} from "../../src/interfaces/IVersioned.sol";
import {LedgerTest} from "../support/LedgerTest.sol";

contract DirectoryTest is LedgerTest {
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
}
