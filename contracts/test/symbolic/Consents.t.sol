// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consents} from "../../src/Consents.sol";
import {IConsents} from "../../src/interfaces/IConsents.sol";
import {Symbolic} from "./Symbolic.sol";

contract ConsentsSymbolic is Symbolic {
    Consents private _consents;

    function setUp() public {
        _consents = new Consents();
        svm.enableSymbolicStorage(address(_consents));
    }

    /// @dev None, registered, revoked: no call leads back. A revoked consent stays revoked.
    function check_aConsentOnlyGoesForward(bytes32 id) public {
        IConsents.Status before = _consents.status(id);
        _anyCall(address(_consents), svm.createCalldata("Consents"));
        assert(_consents.status(id) >= before);
    }
}
