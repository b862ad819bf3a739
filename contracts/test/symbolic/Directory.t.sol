// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Directory} from "../../src/Directory.sol";
import {IDirectory} from "../../src/interfaces/IDirectory.sol";
import {AnyMembers} from "./AnyMembers.sol";
import {Symbolic} from "./Symbolic.sol";

contract DirectorySymbolic is Symbolic {
    Directory private _directory;

    function setUp() public {
        AnyMembers members = new AnyMembers();
        _directory = new Directory(members);
        svm.enableSymbolicStorage(address(members));
        svm.enableSymbolicStorage(address(_directory));
    }

    /// @dev An actor changes with the next version alone, and stays its organisation's. Versions are as many as 40 bits
    /// hold, which follow one by one.
    function check_versionsGoUpByOne(bytes32 id) public {
        IDirectory.Actor memory before = _directory.actor(id);
        vm.assume(before.version < type(uint40).max);
        _anyCall(address(_directory), svm.createCalldata("Directory"));
        IDirectory.Actor memory afterwards = _directory.actor(id);
        if (afterwards.version == before.version) {
            assert(keccak256(abi.encode(before)) == keccak256(abi.encode(afterwards)));
        } else {
            assert(afterwards.version - before.version == 1);
            assert(before.version == 0 || afterwards.organisation == before.organisation);
        }
    }
}
