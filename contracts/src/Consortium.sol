// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Committees} from "./base/Committees.sol";
import {ContractBook} from "./base/ContractBook.sol";
import {Problem} from "./base/Problem.sol";
import {Proposals} from "./base/Proposals.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";
import {Signature} from "./lib/Signature.sol";

contract Consortium is Committees, ContractBook, Proposals {
    bytes32 private constant ACCEPT_KEY = keccak256("AcceptKey(bytes32 organisation,address signer,bytes32 keyCard)");

    uint256 private immutable _firstBlock = block.number;

    /// @param genesis The founders; they are members without a vote.
    /// @param initial Parameters until the members set others.
    constructor(NewMember[] memory genesis, Parameters memory initial) {
        _start(Parameter.Quorum, initial.quorum);
        _start(Parameter.VotingPeriod, initial.votingPeriod);
        _start(Parameter.MinimumMembers, initial.minimumMembers);
        _start(Parameter.MaxPause, initial.maxPause);
        for (uint256 i = 0; i < genesis.length; i++) {
            Problem.raise(_problemOfEntrant(genesis[i]));
            _admit(genesis[i]);
        }
    }

    /// @inheritdoc IConsortium
    function firstBlock() external view returns (uint256) {
        return _firstBlock;
    }

    function _start(Parameter parameter, uint64 value) private {
        Problem.raise(_problemOfParameter(parameter, value));
        _setParameter(parameter, value);
    }

    function _carryOut(Action action, bytes memory payload, bool dry) internal override returns (bytes memory problem) {
        if (action == Action.Admit) return _admitRequested(payload, dry);
        if (action == Action.SetParameter) return _setParameter(payload, dry);
        if (action == Action.RotateKey) return _rotateKey(payload, dry);
        if (action == Action.AdoptContract) return _adoptContract(payload, dry);
        if (action == Action.Pause) return _pause(payload, dry);
        if (action == Action.LiftPause) return _liftPause(payload, dry);
        return _changeStatus(action, abi.decode(payload, (bytes32)), dry);
    }

    /// @param encoded abi.encode of the entrant. A request that was made is in the one encoding that decodes.
    function _admitRequested(bytes memory encoded, bool dry) private returns (bytes memory problem) {
        if (!_wasRequested(keccak256(encoded))) {
            return abi.encodeWithSelector(UnknownRequest.selector, keccak256(encoded));
        }
        NewMember memory entrant = abi.decode(encoded, (NewMember));
        problem = _problemOfEntrant(entrant);
        if (problem.length == 0 && !dry) _admit(entrant);
    }

    function _changeStatus(Action action, bytes32 organisation, bool dry) private returns (bytes memory problem) {
        bool reinstates = action == Action.Reinstate;
        problem = reinstates
            ? _problemOfReinstating(organisation)
            : _problemOfLosing(organisation, action == Action.Remove);
        // Of a suspended member nothing is left to lose.
        if (problem.length == 0 && !reinstates && _isActive(organisation)) problem = _problemWithout(organisation);
        if (problem.length != 0 || dry) return problem;
        if (reinstates) _reinstate(organisation);
        else if (action == Action.Suspend) _suspend(organisation);
        else _remove(organisation);
    }

    /// @dev Rules that going on without this active member would break.
    function _problemWithout(bytes32 organisation) private view returns (bytes memory) {
        uint256 left = _activeMembers() - 1;
        uint64 minimum = _valueOf(Parameter.MinimumMembers);
        if (left < minimum) return abi.encodeWithSelector(TooFewMembers.selector, left, minimum);
        return _problemOfCommitteeWithout(organisation);
    }

    function _setParameter(bytes memory payload, bool dry) private returns (bytes memory problem) {
        (Parameter parameter, uint64 value) = abi.decode(payload, (Parameter, uint64));
        problem = _problemOfParameter(parameter, value);
        if (problem.length == 0 && parameter == Parameter.MinimumMembers && value > _activeMembers()) {
            problem = abi.encodeWithSelector(ParameterOutOfBounds.selector, parameter, value);
        }
        if (problem.length == 0 && !dry) _setParameter(parameter, value);
    }

    function _rotateKey(bytes memory payload, bool dry) private returns (bytes memory problem) {
        (bytes32 organisation, address signer, bytes32 keyCard, bytes32 r, bytes32 s, uint8 v) =
            abi.decode(payload, (bytes32, address, bytes32, bytes32, bytes32, uint8));
        problem = _problemOfRotating(organisation, signer);
        if (problem.length != 0) return problem;
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(ACCEPT_KEY, organisation, signer, keyCard)));
        if (!Signature.isBy(signer, digest, v, r, s)) {
            return abi.encodeWithSelector(KeyNotAccepted.selector, signer);
        }
        if (!dry) _rotateKey(organisation, signer, keyCard);
    }

    function _adoptContract(bytes memory payload, bool dry) private returns (bytes memory problem) {
        // Filled in by the next statement.
        // slither-disable-next-line uninitialized-local
        Adopted memory wanted;
        bytes32 name;
        (name, wanted.target, wanted.codehash, wanted.version) =
            abi.decode(payload, (bytes32, address, bytes32, uint64));
        problem = _problemOfContract(name, wanted);
        if (problem.length == 0 && !dry) _adoptContract(name, wanted);
    }

    function _pause(bytes memory payload, bool dry) private returns (bytes memory problem) {
        (address target, bytes4 selector, uint64 until) = abi.decode(payload, (address, bytes4, uint64));
        problem = _problemOfPause(target, selector, until, _valueOf(Parameter.MaxPause));
        // No rule is broken: what is compared is made in this call.
        // slither-disable-next-line incorrect-equality
        if (problem.length == 0 && !dry) _pause(target, selector, until);
    }

    function _liftPause(bytes memory payload, bool dry) private returns (bytes memory problem) {
        (address target, bytes4 selector) = abi.decode(payload, (address, bytes4));
        problem = _problemOfLifting(target, selector);
        if (problem.length == 0 && !dry) _liftPause(target, selector);
    }
}
