// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Owners} from "../../src/Owners.sol";
import {Symbolic} from "./Symbolic.sol";

contract OwnersSymbolic is Symbolic {
    Owners private _owners;

    function setUp() public {
        _owners = new Owners();
        svm.enableSymbolicStorage(address(_owners));
    }

    /// @dev A segment's owner changes with the next generation alone, to an owner and a next digest that are some.
    function check_generationsGoUpByOne(bytes32 segment) public {
        (address owner, bytes32 nextOwner, uint64 generation) = _owners.ownerOf(segment);
        _anyCall(address(_owners), svm.createCalldata("Owners"));
        (address newOwner, bytes32 newNextOwner, uint64 newGeneration) = _owners.ownerOf(segment);
        if (newGeneration == generation) assert(newOwner == owner && newNextOwner == nextOwner);
        else assert(newGeneration - generation == 1 && newOwner != address(0) && newNextOwner != 0);
    }
}
