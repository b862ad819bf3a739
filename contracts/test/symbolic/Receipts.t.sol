// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Receipts} from "../../src/Receipts.sol";
import {AnyMembers} from "./AnyMembers.sol";
import {Symbolic} from "./Symbolic.sol";

contract ReceiptsSymbolic is Symbolic {
    Receipts private _receipts;

    function setUp() public {
        AnyMembers members = new AnyMembers();
        _receipts = new Receipts(members);
        svm.enableSymbolicStorage(address(members));
        svm.enableSymbolicStorage(address(_receipts));
    }

    /// @dev A head gives way to a longer one alone, and a proven fork stays proven.
    function check_logsOnlyGrow(bytes32 organisation) public {
        (uint64 size, bytes32 root) = _receipts.head(organisation);
        bool forked = _receipts.forked(organisation);
        _anyCall(address(_receipts), svm.createCalldata("Receipts"));
        (uint64 newSize, bytes32 newRoot) = _receipts.head(organisation);
        assert(newSize > size || (newSize == size && newRoot == root));
        assert(!forked || _receipts.forked(organisation));
    }
}
