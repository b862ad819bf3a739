// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../interfaces/IConsortium.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {Membership} from "./Membership.sol";

abstract contract Committees is Membership {
    bytes32 private constant ADOPT_COMMITTEE = keccak256(
        "AdoptCommittee(bytes32 committee,bytes32 certificate,uint8 threshold,uint32 shareEpoch,bytes32[] members)"
    );

    mapping(bytes32 id => Committee) private _committees;
    bytes32 private _standing;

    /// @inheritdoc IConsortium
    function adoptCommittee(bytes32 id, Committee memory content, bytes[] calldata signatures) external {
        _requireNotPaused(address(this), msg.sig);
        Committee memory standing = _committees[_standing];
        bool isFirst = standing.threshold == 0;
        if (!isFirst) _requireNextEpoch(id, content, standing);
        uint256 count = content.members.length;
        if (content.threshold < 2 || content.threshold > count || count > type(uint8).max) {
            revert BadThreshold(content.threshold, count);
        }
        if (isFirst && count * 2 <= _activeCustodians()) revert TooFewCustodians(count, _activeCustodians());
        uint256 places = count + standing.members.length;
        if (signatures.length != places) revert SignatureCount(places, signatures.length);
        bytes32 structHash = _hashOf(id, content);
        _requireAllSigned(content.members, structHash, signatures);
        if (!isFirst) _requireStandingSigned(standing, content.members, structHash, signatures);
        _committees[id] = content;
        _standing = id;
        emit CommitteeAdopted(id, content.certificate, content.threshold, content.shareEpoch, content.members);
    }

    /// @inheritdoc IMembers
    function custodians() external view returns (uint8 threshold, bytes32[] memory members) {
        Committee memory standing = _committees[_standing];
        return (standing.threshold, standing.members);
    }

    /// @inheritdoc IConsortium
    function committee(bytes32 id) external view returns (Committee memory) {
        return _committees[id];
    }

    /// @dev Whether the standing committee could open records without this active member.
    function _problemOfCommitteeWithout(bytes32 organisation) internal view returns (bytes memory) {
        Committee memory standing = _committees[_standing];
        uint256 left = 0;
        bool concerned = false;
        for (uint256 i = 0; i < standing.members.length; i++) {
            bytes32 custodian = standing.members[i];
            if (custodian == organisation) concerned = true;
            else if (_isActive(custodian)) left++;
        }
        if (!concerned || left >= standing.threshold) return "";
        return abi.encodeWithSelector(CommitteeBelowThreshold.selector, left, standing.threshold);
    }

    function _requireNextEpoch(bytes32 id, Committee memory content, Committee memory standing) private view {
        if (_standing != id) revert CommitteeConflict();
        uint32 current = standing.shareEpoch;
        if (content.shareEpoch > current) {
            if (content.shareEpoch - current != 1) revert ShareEpochGap(current);
            return;
        }
        if (content.shareEpoch < current) revert ShareEpochPast(current);
        if (keccak256(abi.encode(standing)) == keccak256(abi.encode(content))) revert AlreadyAdopted();
        revert CommitteeConflict();
    }

    /// @dev Every member is an active custodian, stands there once, and signed. Committees are small, so that looking at
    /// all pairs costs less than a mapping.
    function _requireAllSigned(bytes32[] memory members, bytes32 structHash, bytes[] calldata signatures)
        private
        view
    {
        for (uint256 i = 0; i < members.length; i++) {
            bytes32 organisation = members[i];
            if (_isAmong(members, i, organisation)) revert DuplicateMember(organisation);
            address signer = _requireActive(organisation);
            if (!_isCustodian(organisation)) revert NotCustodian(organisation);
            _requireSigned(signer, structHash, signatures[i]);
        }
    }

    /// @dev Their signatures follow those of the new members. One that is also in the new committee signed the same struct
    /// there. One that is suspended or removed counts for nothing, whatever it signed.
    function _requireStandingSigned(
        Committee memory standing,
        bytes32[] memory members,
        bytes32 structHash,
        bytes[] calldata signatures
    ) private view {
        uint256 signed = 0;
        for (uint256 i = members.length; i < signatures.length; i++) {
            bytes32 organisation = standing.members[i - members.length];
            if (!_isActive(organisation)) continue;
            if (!_isAmong(members, members.length, organisation)) {
                address signer = _requireActive(organisation);
                if (signatures[i].length == 0 && msg.sender != signer) continue;
                _requireSigned(signer, structHash, signatures[i]);
            }
            signed++;
        }
        if (signed < standing.threshold) revert TooFewStanding(signed, standing.threshold);
    }

    /// @dev Whether the organisation is one of the first `count` members.
    function _isAmong(bytes32[] memory members, uint256 count, bytes32 organisation) private pure returns (bool) {
        for (uint256 i = 0; i < count; i++) {
            if (members[i] == organisation) return true;
        }
        return false;
    }

    function _hashOf(bytes32 id, Committee memory content) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ADOPT_COMMITTEE,
                id,
                content.certificate,
                content.threshold,
                content.shareEpoch,
                keccak256(abi.encodePacked(content.members))
            )
        );
    }
}
