// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "../../src/Consortium.sol";
import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {LedgerTest} from "./LedgerTest.sol";

/// @dev Proposals and votes of the ledger's members. Of three members two carry what they agree on.
abstract contract GovernanceTest is LedgerTest {
    bytes32 internal constant CLINIC = keccak256("clinic");
    uint256 internal constant CLINIC_KEY = 0xC11;
    bytes32 internal constant COMMITTEE = keccak256("committee");

    uint256 private _salt;

    function _key(bytes32 organisation) internal pure returns (uint256) {
        if (organisation == NORTH) return NORTH_KEY;
        if (organisation == SOUTH) return SOUTH_KEY;
        if (organisation == LAB) return LAB_KEY;
        if (organisation == CLINIC) return CLINIC_KEY;
        return STRANGER_KEY;
    }

    function _proposalId(IProposals.Propose memory p) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Propose(bytes32 organisation,uint8 action,bytes payload,bytes32 salt)"),
                p.organisation,
                p.action,
                keccak256(p.payload),
                p.salt
            )
        );
    }

    function _voteHash(IProposals.Vote memory v) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Vote(bytes32 proposal,bytes32 organisation,bool support)"),
                v.proposal,
                v.organisation,
                v.support
            )
        );
    }

    function _requestHash(IConsortium.NewMember memory m) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "RequestJoin(bytes32 id,uint8 kind,address signer,bytes32 keyCard,bool custodian,string name,string endpoint)"
                ),
                m.id,
                m.kind,
                m.signer,
                m.keyCard,
                m.custodian,
                keccak256(bytes(m.name)),
                keccak256(bytes(m.endpoint))
            )
        );
    }

    function _committeeHash(bytes32 id, IConsortium.Committee memory content) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "AdoptCommittee(bytes32 committee,bytes32 certificate,uint8 threshold,uint32 shareEpoch,bytes32[] members)"
                ),
                id,
                content.certificate,
                content.threshold,
                content.shareEpoch,
                keccak256(abi.encodePacked(content.members))
            )
        );
    }

    /// @dev The payload of a rotation that this key accepts.
    function _rotation(bytes32 organisation, uint256 newKey, bytes32 keyCard) internal returns (bytes memory) {
        address signer = vm.addr(newKey);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("AcceptKey(bytes32 organisation,address signer,bytes32 keyCard)"),
                organisation,
                signer,
                keyCard
            )
        );
        return _rotationSignedBy(organisation, signer, keyCard, _sign(newKey, address(consortium), structHash));
    }

    function _rotationSignedBy(bytes32 organisation, address signer, bytes32 keyCard, bytes memory signature)
        internal
        pure
        returns (bytes memory)
    {
        bytes32 r;
        bytes32 s;
        assembly {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        return abi.encode(organisation, signer, keyCard, r, s, uint8(signature[64]));
    }

    function _proposal(bytes32 organisation, IProposals.Action action, bytes memory payload)
        internal
        returns (IProposals.Propose memory)
    {
        return IProposals.Propose(organisation, uint8(action), payload, bytes32(++_salt));
    }

    function _propose(bytes32 organisation, IProposals.Action action, bytes memory payload)
        internal
        returns (bytes32 id)
    {
        IProposals.Propose memory p = _proposal(organisation, action, payload);
        id = _proposalId(p);
        consortium.propose(p, _sign(_key(organisation), address(consortium), id));
    }

    function _vote(bytes32 id, bytes32 organisation, bool support) internal {
        IProposals.Vote memory v = IProposals.Vote(id, organisation, support);
        consortium.vote(v, _sign(_key(organisation), address(consortium), _voteHash(v)));
    }

    /// @dev North proposes and South agrees.
    function _carry(IProposals.Action action, bytes memory payload) internal returns (bytes32 id) {
        id = _propose(NORTH, action, payload);
        _vote(id, SOUTH, true);
    }

    function _refusePropose(bytes memory expected, IProposals.Action action, bytes memory payload) internal {
        IProposals.Propose memory p = _proposal(NORTH, action, payload);
        bytes memory signature = _sign(NORTH_KEY, address(consortium), _proposalId(p));
        vm.expectRevert(expected);
        consortium.propose(p, signature);
    }

    function _refuseVote(bytes memory expected, bytes32 id, bytes32 organisation, bool support) internal {
        IProposals.Vote memory v = IProposals.Vote(id, organisation, support);
        bytes memory signature = _sign(_key(organisation), address(consortium), _voteHash(v));
        vm.expectRevert(expected);
        consortium.vote(v, signature);
    }

    function _isIn(bytes32 id, IProposals.State state) internal view {
        _equal(uint256(consortium.proposal(id).state), uint256(state));
    }

    function _hasStatus(bytes32 organisation, IConsortium.Status status) internal view {
        _equal(uint256(consortium.member(organisation).status), uint256(status));
    }

    function _clinic() internal returns (IConsortium.NewMember memory) {
        return _newMember(CLINIC, 1, vm.addr(CLINIC_KEY), true, "Clinic");
    }

    function _request(IConsortium.NewMember memory entrant, uint256 key) internal {
        consortium.requestJoin(entrant, _sign(key, address(consortium), _requestHash(entrant)));
    }

    function _admitClinic() internal {
        IConsortium.NewMember memory clinic = _clinic();
        _request(clinic, CLINIC_KEY);
        _carry(IProposals.Action.Admit, abi.encode(clinic));
    }

    function _set(IParameters.Parameter parameter, uint64 value) internal {
        _carry(IProposals.Action.SetParameter, abi.encode(parameter, value));
    }

    function _committeeOf(uint8 threshold, uint32 epoch, bytes32[] memory members)
        internal
        pure
        returns (IConsortium.Committee memory)
    {
        return IConsortium.Committee(keccak256(abi.encode("certificate", epoch)), threshold, epoch, members);
    }

    /// @dev Members sign in their order; then come the places of the standing committee, signed where the key is not 0.
    function _signCommittee(IConsortium.Committee memory content, uint256[] memory keys)
        internal
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](keys.length);
        for (uint256 i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                signatures[i] = _sign(keys[i], address(consortium), _committeeHash(COMMITTEE, content));
            }
        }
    }

    function _two(bytes32 a, bytes32 b) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](2);
        (list[0], list[1]) = (a, b);
    }

    function _three(bytes32 a, bytes32 b, bytes32 c) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function _keys(uint256 a, uint256 b) internal pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (a, b);
    }

    function _keys(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256[] memory list) {
        list = new uint256[](4);
        (list[0], list[1], list[2], list[3]) = (a, b, c, d);
    }

    /// @dev North and South, both needed.
    function _adoptFirstCommittee() internal returns (IConsortium.Committee memory content) {
        content = _committeeOf(2, 1, _two(NORTH, SOUTH));
        consortium.adoptCommittee(COMMITTEE, content, _signCommittee(content, _keys(NORTH_KEY, SOUTH_KEY)));
    }

    /// @dev A consortium of custodians with the ids 1, 2, 3, … in place of the ledger's.
    function _found(uint256 members, IParameters.Parameters memory values) internal {
        IConsortium.NewMember[] memory genesis = new IConsortium.NewMember[](members);
        for (uint256 i = 0; i < members; i++) {
            genesis[i] = _newMember(bytes32(i + 1), 0, vm.addr(i + 1), true, "Hospital");
        }
        consortium = new Consortium(genesis, values);
    }
}
