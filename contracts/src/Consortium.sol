// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignedIntents} from "./base/SignedIntents.sol";
import {Versioned} from "./base/Versioned.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";
import {IMembers} from "./interfaces/IMembers.sol";

contract Consortium is IConsortium, SignedIntents, Versioned {
    bytes32 private constant SET_ENDPOINT =
        keccak256("SetEndpoint(bytes32 organisation,string endpoint,uint64 version)");
    bytes32 private constant ADOPT_COMMITTEE = keccak256(
        "AdoptCommittee(bytes32 committee,bytes32 certificate,uint8 threshold,uint32 shareEpoch,bytes32[] members)"
    );
    uint8 private constant LAST_KIND = 7;
    uint256 private constant MAX_ENDPOINT = 256;

    mapping(bytes32 organisation => Member) private _members;
    mapping(bytes32 id => Committee) private _committees;
    bytes32 private _standing;
    uint256 private _custodians;

    /// @param genesis The founders; they are members without a vote.
    constructor(NewMember[] memory genesis) {
        for (uint256 i = 0; i < genesis.length; i++) {
            _admit(genesis[i]);
        }
    }

    /// @inheritdoc IConsortium
    function setEndpoint(bytes32 organisation, string calldata endpoint, uint64 version, bytes calldata signature)
        external
    {
        Member storage found = _requireMember(organisation);
        uint64 current = found.endpointVersion;
        _requireNext(
            current, version, version == current && keccak256(bytes(endpoint)) == keccak256(bytes(found.endpoint))
        );
        _requireUrlText(bytes(endpoint));
        _requireSigned(
            found.signer,
            keccak256(abi.encode(SET_ENDPOINT, organisation, keccak256(bytes(endpoint)), version)),
            signature
        );
        found.endpoint = endpoint;
        found.endpointVersion = version;
        emit EndpointSet(organisation, endpoint, version);
    }

    /// @inheritdoc IConsortium
    function adoptCommittee(bytes32 id, Committee calldata content, bytes[] calldata signatures) external {
        if (_standing != 0) {
            if (_standing == id && keccak256(abi.encode(_committees[id])) == keccak256(abi.encode(content))) {
                revert AlreadyAdopted();
            }
            revert CommitteeConflict();
        }
        uint256 count = content.members.length;
        if (content.threshold < 2 || content.threshold > count || count > type(uint8).max) {
            revert BadThreshold(content.threshold, count);
        }
        if (count * 2 <= _custodians) revert TooFewCustodians(count, _custodians);
        if (signatures.length != count) revert SignatureCount(count, signatures.length);
        _requireAllSigned(id, content, signatures);
        _committees[id] = content;
        _standing = id;
        emit CommitteeAdopted(id, content.certificate, content.threshold, content.shareEpoch, content.members);
    }

    /// @inheritdoc IConsortium
    function member(bytes32 organisation) external view returns (Member memory) {
        return _requireMember(organisation);
    }

    /// @inheritdoc IMembers
    function signerOf(bytes32 organisation) external view returns (address) {
        return _members[organisation].signer;
    }

    /// @inheritdoc IMembers
    function authorise(bytes32 organisation, bytes4) external view returns (address) {
        return _requireMember(organisation).signer;
    }

    /// @inheritdoc IMembers
    function wasSigner(bytes32 organisation, address signer) external view returns (bool) {
        return signer != address(0) && _members[organisation].signer == signer;
    }

    /// @inheritdoc IMembers
    function custodians() external view returns (uint8 threshold, bytes32[] memory members) {
        Committee storage standing = _committees[_standing];
        return (standing.threshold, standing.members);
    }

    /// @inheritdoc IConsortium
    function isMember(bytes32 organisation) external view returns (bool) {
        return _members[organisation].signer != address(0);
    }

    /// @inheritdoc IConsortium
    function committee(bytes32 id) external view returns (Committee memory) {
        return _committees[id];
    }

    function _admit(NewMember memory entrant) private {
        if (entrant.kind > LAST_KIND) revert BadKind(entrant.kind);
        if (entrant.id == 0 || entrant.signer == address(0)) revert IncompleteMember(entrant.id);
        if (_members[entrant.id].signer != address(0)) revert MemberExists(entrant.id);
        _members[entrant.id] = Member({
            kind: entrant.kind,
            signer: entrant.signer,
            keyCard: entrant.keyCard,
            custodian: entrant.custodian,
            name: entrant.name,
            endpoint: entrant.endpoint,
            endpointVersion: 0
        });
        if (entrant.custodian) _custodians++;
        emit MemberAdmitted(
            entrant.id, entrant.kind, entrant.signer, entrant.keyCard, entrant.custodian, entrant.name, entrant.endpoint
        );
    }

    function _requireMember(bytes32 organisation) private view returns (Member storage found) {
        found = _members[organisation];
        if (found.signer == address(0)) revert UnknownMember(organisation);
    }

    /// @dev What a member writes is read by all nodes, so it is bounded here and not by each reader.
    function _requireUrlText(bytes calldata text) private pure {
        if (text.length == 0 || text.length > MAX_ENDPOINT) revert BadEndpoint();
        for (uint256 i = 0; i < text.length; i++) {
            if (text[i] <= 0x20 || text[i] >= 0x7f) revert BadEndpoint();
        }
    }

    /// @dev Every member is a custodian, stands there once, and signed. Committees are small, so that looking at all
    /// pairs costs less than a mapping.
    function _requireAllSigned(bytes32 id, Committee calldata content, bytes[] calldata signatures) private view {
        bytes32 structHash = keccak256(
            abi.encode(
                ADOPT_COMMITTEE,
                id,
                content.certificate,
                content.threshold,
                content.shareEpoch,
                keccak256(abi.encodePacked(content.members))
            )
        );
        for (uint256 i = 0; i < signatures.length; i++) {
            bytes32 organisation = content.members[i];
            for (uint256 j = 0; j < i; j++) {
                if (content.members[j] == organisation) revert DuplicateMember(organisation);
            }
            Member storage found = _requireMember(organisation);
            if (!found.custodian) revert NotCustodian(organisation);
            _requireSigned(found.signer, structHash, signatures[i]);
        }
    }
}
