// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsents} from "../../src/interfaces/IConsents.sol";
import {IRelay} from "../../src/interfaces/IRelay.sol";
import {LedgerTest} from "../support/LedgerTest.sol";

contract RelayTest is LedgerTest {
    event ConsentRegistered(bytes32 indexed consent);
    event CallFailed(uint256 index, bytes reason);

    function _registration(uint256 key, bytes32 commitment) private returns (IRelay.Call memory) {
        address revoker = vm.addr(key);
        bytes memory signature = _sign(
            key,
            address(consents),
            keccak256(abi.encode(keccak256("RegisterConsent(bytes32 commitment,address revoker)"), commitment, revoker))
        );
        return IRelay.Call(address(consents), abi.encodeCall(IConsents.register, (commitment, revoker, signature)));
    }

    function test_oneFailedCallStopsNoOther() public {
        IRelay.Call[] memory calls = new IRelay.Call[](4);
        calls[0] = _registration(1, keccak256("a"));
        calls[1] = calls[0];
        calls[2] = IRelay.Call(address(0xDEAD), hex"00");
        calls[3] = _registration(2, keccak256("b"));
        bytes memory already = abi.encodeWithSelector(IConsents.AlreadyRegistered.selector);
        bytes memory absent = abi.encodeWithSelector(IRelay.NoContract.selector, address(0xDEAD));

        vm.expectEmit(true, false, false, true);
        emit ConsentRegistered(consents.consentId(vm.addr(1), keccak256("a")));
        vm.expectEmit(false, false, false, true);
        emit CallFailed(1, already);
        vm.expectEmit(false, false, false, true);
        emit CallFailed(2, absent);
        vm.expectEmit(true, false, false, true);
        emit ConsentRegistered(consents.consentId(vm.addr(2), keccak256("b")));
        IRelay.Result[] memory results = relay.relay(calls);

        _true(results[0].ok && !results[1].ok && !results[2].ok && results[3].ok);
        _equal(keccak256(results[1].reason), keccak256(already));
        _equal(keccak256(results[2].reason), keccak256(absent));
        _equal(results[3].reason.length, 0);
    }

    function test_nothingToRelay() public {
        _equal(relay.relay(new IRelay.Call[](0)).length, 0);
    }
}
