// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Records} from "../../src/Records.sol";
import {IContracts} from "../../src/interfaces/IContracts.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

contract ContractBookTest is GovernanceTest {
    bytes32 private constant NAME = "records";

    function _adoption(address target, bytes32 codehash, uint64 version) private pure returns (bytes memory) {
        return abi.encode(NAME, target, codehash, version);
    }

    function voteAs(bytes32 id, bytes32 organisation, bool support) external {
        _vote(id, organisation, support);
    }

    function test_versionsAreAdoptedOneByOne() public {
        _equal(consortium.contractOf(NAME).version, 0);
        bytes32 codehash = address(records).codehash;
        bytes32 id = _propose(NORTH, IProposals.Action.AdoptContract, _adoption(address(records), codehash, 1));
        vm.expectEmit(true, true, false, true);
        emit IContracts.ContractAdopted(NAME, address(records), 1, codehash);
        this.voteAs(id, SOUTH, true);
        IContracts.Adopted memory adopted = consortium.contractOf(NAME);
        _equal(adopted.target, address(records));
        _equal(adopted.codehash, codehash);
        _equal(adopted.version, 1);

        Records next = new Records(consortium);
        bytes memory conflict = abi.encodeWithSelector(IContracts.ContractVersionConflict.selector, NAME, 1);
        bytes32 code = address(next).codehash;
        _refusePropose(conflict, IProposals.Action.AdoptContract, _adoption(address(next), code, 0));
        _refusePropose(conflict, IProposals.Action.AdoptContract, _adoption(address(next), code, 1));
        _refusePropose(conflict, IProposals.Action.AdoptContract, _adoption(address(next), code, 3));
        _carry(IProposals.Action.AdoptContract, _adoption(address(next), code, 2));
        _equal(consortium.contractOf(NAME).target, address(next));
    }

    function test_theCodeIsTheOneThatWasVotedOn() public {
        bytes32 codehash = address(records).codehash;
        _refusePropose(
            abi.encodeWithSelector(IContracts.OtherCode.selector, address(records), codehash),
            IProposals.Action.AdoptContract,
            _adoption(address(records), keccak256("other"), 1)
        );
        address empty = address(0xE);
        _refusePropose(
            abi.encodeWithSelector(IContracts.OtherCode.selector, empty, bytes32(0)),
            IProposals.Action.AdoptContract,
            _adoption(empty, 0, 1)
        );
        bytes32 id = _propose(NORTH, IProposals.Action.AdoptContract, _adoption(address(records), codehash, 1));
        vm.etch(address(records), hex"00");
        bytes memory problem =
            abi.encodeWithSelector(IContracts.OtherCode.selector, address(records), keccak256(hex"00"));
        vm.expectEmit(true, false, false, true);
        emit IProposals.ProposalFailed(id, problem);
        this.voteAs(id, SOUTH, true);
        _equal(consortium.contractOf(NAME).version, 0);
    }
}
