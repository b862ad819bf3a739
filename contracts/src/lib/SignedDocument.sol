// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../interfaces/IPolicy.sol";

/// @dev EIP-712 struct hashes of what owners, proxies and grantees sign (docs/formats.md). A text's place in the encoding is
/// taken by its keccak256, which is how the structures of IPolicy carry it.
library SignedDocument {
    string private constant TERMS =
        "string[] resourceTypes,string[] actions,string[] purposes,int32 dataFrom,int32 dataTo,Exception[] exceptions,uint64 notBefore,uint64 notAfter";
    string private constant EXCEPTION =
        "Exception(string[] resourceTypes,string[] actions,string[] purposes,int32 dataFrom,int32 dataTo)";
    bytes32 private constant EXCEPTION_TYPE = keccak256(bytes(EXCEPTION));
    bytes32 private constant CONSENT_TYPE = keccak256(
        bytes.concat(
            "Consent(string statement,bytes32 segment,bytes32 grantee,bytes32 granteeKeys,",
            bytes(TERMS),
            ",bytes32 salt,address revoker)",
            bytes(EXCEPTION)
        )
    );
    bytes32 private constant DELEGATION_TYPE = keccak256(
        bytes.concat(
            "Delegation(string statement,bytes32 segment,address proxy,bool mayRead,",
            bytes(TERMS),
            ",bytes32 salt,address revoker)",
            bytes(EXCEPTION)
        )
    );
    bytes32 private constant PERMIT_TYPE =
        keccak256("Permit(string statement,bytes32 segment,bytes32 organisation,uint64 notAfter,bytes32 salt)");
    bytes32 private constant PERMIT_STATEMENT =
        keccak256("This organisation may add records to mine until the date below.");

    function hashOf(IPolicy.SignedConsent calldata document) internal pure returns (bytes32) {
        IPolicy.ConsentBody calldata body = document.body;
        return keccak256(
            bytes.concat(
                abi.encode(CONSENT_TYPE, document.statement, body.segment, body.grantee, body.granteeKeys),
                _terms(body.terms),
                abi.encode(document.salt, document.revoker)
            )
        );
    }

    function hashOf(IPolicy.SignedDelegation calldata document) internal pure returns (bytes32) {
        IPolicy.DelegationBody calldata body = document.body;
        return keccak256(
            bytes.concat(
                abi.encode(DELEGATION_TYPE, document.statement, body.segment, body.proxy, body.mayRead),
                _terms(body.terms),
                abi.encode(document.salt, document.revoker)
            )
        );
    }

    function hashOf(IPolicy.SignedPermit calldata document) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                PERMIT_TYPE,
                PERMIT_STATEMENT,
                document.segment,
                document.organisation,
                document.notAfter,
                document.salt
            )
        );
    }

    function _terms(IPolicy.Terms calldata terms) private pure returns (bytes memory) {
        bytes32[] memory exceptions = new bytes32[](terms.exceptions.length);
        for (uint256 i; i < exceptions.length; i++) {
            exceptions[i] = _exception(terms.exceptions[i]);
        }
        return abi.encode(
            keccak256(abi.encodePacked(terms.resourceTypes)),
            keccak256(abi.encodePacked(terms.actions)),
            keccak256(abi.encodePacked(terms.purposes)),
            terms.dataFrom,
            terms.dataTo,
            keccak256(abi.encodePacked(exceptions)),
            terms.notBefore,
            terms.notAfter
        );
    }

    function _exception(IPolicy.Exception calldata exception) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                EXCEPTION_TYPE,
                keccak256(abi.encodePacked(exception.resourceTypes)),
                keccak256(abi.encodePacked(exception.actions)),
                keccak256(abi.encodePacked(exception.purposes)),
                exception.dataFrom,
                exception.dataTo
            )
        );
    }
}
