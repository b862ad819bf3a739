// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Policy} from "../../src/Policy.sol";
import {IDirectory} from "../../src/interfaces/IDirectory.sol";
import {IPolicy} from "../../src/interfaces/IPolicy.sol";
import {GovernanceTest} from "./GovernanceTest.sol";

/// @dev A doctor of SOUTH and a specialist of NORTH on a ledger, and documents as wallets sign them: their hashes are
/// computed from the text of their types, not with the code under test.
abstract contract PolicyTest is GovernanceTest {
    uint256 internal constant OWNER_KEY = 0x0A11;
    uint256 internal constant DOCTOR_KEY = 0xD0C;
    uint256 internal constant SPECIALIST_KEY = 0x59EC;
    uint256 internal constant PROXY_KEY = 0x9409;
    uint256 internal constant REVOKER_KEY = 0x4E40;
    bytes32 internal constant DOCTOR = keccak256("doctor");
    bytes32 internal constant SPECIALIST = keccak256("specialist");
    bytes32 internal constant CARD = keccak256("card");
    bytes32 internal constant READ = keccak256("read");
    bytes32 internal constant TREAT = keccak256("TREAT");
    bytes32 internal constant OBSERVATION = keccak256("Observation");
    bytes32 internal constant RECORD = keccak256("record");
    string private constant TERMS =
        "string[] resourceTypes,string[] actions,string[] purposes,int32 dataFrom,int32 dataTo,Exception[] exceptions,uint64 notBefore,uint64 notAfter,bytes32 salt,address revoker)Exception(string[] resourceTypes,string[] actions,string[] purposes,int32 dataFrom,int32 dataTo)";

    Policy internal policy;

    function setUp() public virtual override {
        super.setUp();
        vm.warp(20_000 days);
        policy = new Policy(consortium, directory, consents, owners, records);
        _setActor(SOUTH, SOUTH_KEY, DOCTOR, DOCTOR_KEY, true, 1);
        _setActor(NORTH, NORTH_KEY, SPECIALIST, SPECIALIST_KEY, true, 1);
    }

    function _setActor(bytes32 member, uint256 memberKey, bytes32 actor, uint256 key, bool active, uint64 version)
        internal
    {
        vm.prank(vm.addr(memberKey));
        directory.setActor(IDirectory.SetActor(member, actor, 0, vm.addr(key), CARD, active, version), "");
    }

    /// @dev The doctor asks, and shows nothing yet.
    function _question() internal returns (IPolicy.Question memory q) {
        q.signer = vm.addr(DOCTOR_KEY);
        q.requester = IPolicy.Requester(true, DOCTOR, SOUTH, CARD);
        q.action = READ;
        q.purpose = TREAT;
        q.opening = IPolicy.Opening(vm.addr(OWNER_KEY), keccak256("next"), "general", keccak256("salt"));
        q.record.id = RECORD;
        q.record.segment = _segment();
        q.record.organisation = NORTH;
        q.record.resourceType = OBSERVATION;
        q.record.anchoredOn = 19_999;
        q.record.permit = _permit(OWNER_KEY);
    }

    function _segment() internal returns (bytes32) {
        bytes32 kind = sha256(abi.encodePacked("anamnesis/kind/1", keccak256("salt"), "general"));
        return sha256(abi.encodePacked("anamnesis/segment-id/1", vm.addr(OWNER_KEY), keccak256("next"), kind));
    }

    function _terms() private pure returns (IPolicy.Terms memory terms) {
        terms.resourceTypes = new bytes32[](1);
        terms.resourceTypes[0] = OBSERVATION;
        terms.actions = new bytes32[](2);
        (terms.actions[0], terms.actions[1]) = (READ, keccak256("reshare"));
        terms.purposes = new bytes32[](1);
        terms.purposes[0] = TREAT;
        terms.dataFrom = type(int32).min;
        terms.dataTo = type(int32).max;
        terms.notAfter = type(uint64).max;
    }

    /// @dev To read, and to pass on.
    function _consent(bytes32 grantee, bytes32 keys, uint256 key) internal returns (IPolicy.SignedConsent memory c) {
        c.given = true;
        c.statement = keccak256("sentence");
        c.body = IPolicy.ConsentBody(_segment(), grantee, keys, _terms());
        c.salt = keccak256("consent's salt");
        c.revoker = vm.addr(REVOKER_KEY);
        c.signature = _sign(key, address(consents), _hashOf(c));
    }

    /// @dev What the doctor is given by someone who was given it: to read alone.
    function _passedOn(uint256 key) internal returns (IPolicy.SignedConsent memory c) {
        c = _consent(DOCTOR, CARD, key);
        c.body.terms.actions = new bytes32[](1);
        c.body.terms.actions[0] = READ;
        c.signature = _sign(key, address(consents), _hashOf(c));
    }

    function _delegation(uint256 key) internal returns (IPolicy.SignedDelegation memory d) {
        d.given = true;
        d.statement = keccak256("sentence");
        d.body = IPolicy.DelegationBody(_segment(), vm.addr(PROXY_KEY), true, _terms());
        d.salt = keccak256("delegation's salt");
        d.revoker = vm.addr(REVOKER_KEY);
        d.signature = _sign(key, address(consents), _hashOf(d));
    }

    function _permit(uint256 key) internal returns (IPolicy.SignedPermit memory p) {
        p = IPolicy.SignedPermit(true, _segment(), NORTH, uint64(block.timestamp), keccak256("permit's salt"), "");
        bytes32 typeHash =
            keccak256("Permit(string statement,bytes32 segment,bytes32 organisation,uint64 notAfter,bytes32 salt)");
        bytes32 statement = keccak256("This organisation may add records to mine until the date below.");
        p.signature = _sign(
            key,
            address(consents),
            keccak256(abi.encode(typeHash, statement, p.segment, p.organisation, p.notAfter, p.salt))
        );
    }

    function _hashOf(IPolicy.SignedConsent memory c) internal pure returns (bytes32) {
        string memory head = "Consent(string statement,bytes32 segment,bytes32 grantee,bytes32 granteeKeys,";
        bytes memory fields =
            abi.encode(_typeOf(head), c.statement, c.body.segment, c.body.grantee, c.body.granteeKeys);
        return keccak256(bytes.concat(fields, _encode(c.body.terms), abi.encode(c.salt, c.revoker)));
    }

    function _hashOf(IPolicy.SignedDelegation memory d) internal pure returns (bytes32) {
        string memory head = "Delegation(string statement,bytes32 segment,address proxy,bool mayRead,";
        bytes memory fields = abi.encode(_typeOf(head), d.statement, d.body.segment, d.body.proxy, d.body.mayRead);
        return keccak256(bytes.concat(fields, _encode(d.body.terms), abi.encode(d.salt, d.revoker)));
    }

    function _typeOf(string memory head) private pure returns (bytes32) {
        return keccak256(bytes(string.concat(head, TERMS)));
    }

    function _encode(IPolicy.Terms memory t) private pure returns (bytes memory) {
        bytes memory exceptions = "";
        for (uint256 i = 0; i < t.exceptions.length; i++) {
            IPolicy.Exception memory e = t.exceptions[i];
            bytes memory encoded = abi.encode(
                keccak256(
                    "Exception(string[] resourceTypes,string[] actions,string[] purposes,int32 dataFrom,int32 dataTo)"
                ),
                keccak256(abi.encodePacked(e.resourceTypes)),
                keccak256(abi.encodePacked(e.actions)),
                keccak256(abi.encodePacked(e.purposes)),
                e.dataFrom,
                e.dataTo
            );
            exceptions = bytes.concat(exceptions, keccak256(encoded));
        }
        return abi.encode(
            keccak256(abi.encodePacked(t.resourceTypes)),
            keccak256(abi.encodePacked(t.actions)),
            keccak256(abi.encodePacked(t.purposes)),
            t.dataFrom,
            t.dataTo,
            keccak256(exceptions),
            t.notBefore,
            t.notAfter
        );
    }

    /// @dev The id under which it is registered then.
    function _register(bytes32 structHash) internal returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Anamnesis"),
                keccak256("1"),
                block.chainid,
                address(consents)
            )
        );
        bytes32 commitment = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        vm.prank(vm.addr(REVOKER_KEY));
        consents.registerOwn(commitment);
        return consents.consentId(vm.addr(REVOKER_KEY), commitment);
    }

    function _revoke(bytes32 id) internal {
        vm.prank(vm.addr(REVOKER_KEY));
        consents.revoke(id, "");
    }

    function _permits(IPolicy.Question memory q, IPolicy.Basis basis, bytes32 id) internal view {
        IPolicy.Decision memory decision = policy.decide(q);
        _equal(uint256(decision.code), uint256(IPolicy.Code.None));
        _equal(uint256(decision.basis), uint256(basis));
        _equal(decision.id, id);
    }

    function _denies(IPolicy.Question memory q, IPolicy.Code code) internal view {
        IPolicy.Decision memory decision = policy.decide(q);
        _equal(uint256(decision.code), uint256(code));
        _true(decision.basis == IPolicy.Basis.None);
    }
}
