// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Committees} from "../../src/base/Committees.sol";
import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {Symbolic} from "./Symbolic.sol";

/// @dev Committees of three custodians with one key. So its holder signs for all of them by calling, and what is left are
/// the rules of epochs: halmos cannot take storage for any that holds lists, nor make several signatures in one call.
contract OneKeyCommittees is Committees {
    constructor(address signer) {
        for (uint256 i = 1; i <= 3; i++) {
            _admit(NewMember(bytes32(i), 0, signer, 0, true, "name", "http://127.0.0.1"));
        }
    }

    function firstBlock() external pure returns (uint256) {
        return 0;
    }
}

contract CommitteesSymbolic is Symbolic {
    address private constant SIGNER = address(0x5161);
    OneKeyCommittees private _committees;

    function setUp() public {
        _committees = new OneKeyCommittees(SIGNER);
    }

    /// @dev Left out: everything of the consortium but `adoptCommittee`. Nothing else writes a committee.
    /// @custom:halmos --array-lengths next.members=2 --loop 4
    function check_epochsGoUpByOne(bytes32 id, uint32 epoch, bytes32 otherId, IConsortium.Committee memory next) public {
        IConsortium.Committee memory first = IConsortium.Committee(keccak256("first"), 2, epoch, new bytes32[](2));
        (first.members[0], first.members[1]) = (bytes32(uint256(1)), bytes32(uint256(2)));
        vm.prank(SIGNER);
        _committees.adoptCommittee(id, first, new bytes[](2));

        vm.prank(svm.createAddress("caller"));
        try _committees.adoptCommittee(otherId, next, new bytes[](4)) {
            assert(otherId == id);
            assert(next.shareEpoch > epoch && next.shareEpoch - epoch == 1);
            assert(next.threshold == 2);
        } catch {}
        IConsortium.Committee memory standing = _committees.committee(id);
        assert(standing.shareEpoch == epoch || standing.shareEpoch - epoch == 1);
    }
}
