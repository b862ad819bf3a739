// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "../../src/Consortium.sol";
import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IMembers} from "../../src/interfaces/IMembers.sol";
import {ISignedIntents} from "../../src/interfaces/ISignedIntents.sol";
import {IVersioned} from "../../src/interfaces/IVersioned.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

contract ConsortiumTest is GovernanceTest {
    event MemberAdmitted(
        bytes32 indexed organisation,
        uint8 kind,
        address signer,
        bytes32 keyCard,
        bool custodian,
        string name,
        string endpoint
    );
    event EndpointSet(bytes32 indexed organisation, string endpoint, uint64 version);
    event CommitteeAdopted(
        bytes32 indexed committee, bytes32 certificate, uint8 threshold, uint32 shareEpoch, bytes32[] members
    );

    function _endpointHash(bytes32 organisation, string memory endpoint, uint64 version)
        private
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                keccak256("SetEndpoint(bytes32 organisation,string endpoint,uint64 version)"),
                organisation,
                keccak256(bytes(endpoint)),
                version
            )
        );
    }

    function _content(bytes32 first, bytes32 second, uint8 threshold)
        private
        pure
        returns (IConsortium.Committee memory content)
    {
        bytes32[] memory members = new bytes32[](2);
        (members[0], members[1]) = (first, second);
        content = IConsortium.Committee(keccak256("certificate"), threshold, 1, members);
    }

    function _signBoth(uint256 first, uint256 second, IConsortium.Committee memory content)
        private
        returns (bytes[] memory signatures)
    {
        signatures = new bytes[](2);
        signatures[0] = _sign(first, address(consortium), _committeeHash(COMMITTEE, content));
        signatures[1] = _sign(second, address(consortium), _committeeHash(COMMITTEE, content));
    }

    function _setEndpoint(uint256 key, string memory endpoint, uint64 version) private returns (bytes memory) {
        return _sign(key, address(consortium), _endpointHash(NORTH, endpoint, version));
    }

    function test_genesisMembersAreThere() public {
        IConsortium.Member memory lab = consortium.member(LAB);
        _equal(lab.kind, 2);
        _equal(lab.signer, vm.addr(LAB_KEY));
        _equal(lab.keyCard, keccak256(abi.encode("card", LAB)));
        _true(!lab.custodian);
        _equal(lab.name, "Laboratory");
        _equal(lab.endpoint, "http://127.0.0.1:1");
        _equal(lab.endpointVersion, 0);
        _true(consortium.isMember(NORTH) && !consortium.isMember(NOBODY));
        _equal(consortium.signerOf(NOBODY), address(0));
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        consortium.member(NOBODY);
    }

    function test_genesisEmitsEachMember() public {
        IConsortium.NewMember[] memory genesis = _genesis();
        for (uint256 i = 0; i < genesis.length; i++) {
            vm.expectEmit(true, false, false, true);
            IConsortium.NewMember memory g = genesis[i];
            emit MemberAdmitted(g.id, g.kind, g.signer, g.keyCard, g.custodian, g.name, g.endpoint);
        }
        new Consortium(genesis, _parameters());
    }

    function test_genesisRefusesBadMembers() public {
        IConsortium.NewMember[] memory genesis = _genesis();
        genesis[1].id = NORTH;
        _expectError(IConsortium.MemberExists.selector, NORTH);
        new Consortium(genesis, _parameters());
        genesis[1] = _newMember(SOUTH, 8, vm.addr(SOUTH_KEY), true, "South");
        _expectError(IConsortium.BadKind.selector, 8);
        new Consortium(genesis, _parameters());
        genesis[1] = _newMember(SOUTH, 0, address(0), true, "South");
        _expectError(IConsortium.IncompleteMember.selector, SOUTH);
        new Consortium(genesis, _parameters());
        genesis[1] = _newMember(SOUTH, 0, vm.addr(NORTH_KEY), true, "South");
        vm.expectRevert(abi.encodeWithSelector(IConsortium.SignerTaken.selector, vm.addr(NORTH_KEY)));
        new Consortium(genesis, _parameters());
        genesis[1] = _newMember(0, 0, vm.addr(SOUTH_KEY), true, "South");
        _expectError(IConsortium.IncompleteMember.selector, bytes32(0));
        new Consortium(genesis, _parameters());
    }

    function test_genesisSetsParametersWithinTheirBounds() public {
        IParameters.Parameters memory values = _parameters();
        uint64[4] memory wanted = [values.quorum, values.votingPeriod, values.minimumMembers, values.maxPause];
        for (uint8 i = 0; i < 4; i++) {
            vm.expectEmit(true, false, false, true);
            emit IParameters.ParameterSet(IParameters.Parameter(i), wanted[i]);
        }
        Consortium founded = new Consortium(new IConsortium.NewMember[](0), values);
        _equal(keccak256(abi.encode(founded.parameters())), keccak256(abi.encode(values)));
        _equal(founded.firstBlock(), block.number);
        values.quorum = 4_999;
        vm.expectRevert(
            abi.encodeWithSelector(
                IParameters.ParameterOutOfBounds.selector, IParameters.Parameter.Quorum, uint64(4_999)
            )
        );
        new Consortium(new IConsortium.NewMember[](0), values);
    }

    function test_setEndpointMovesOneVersionAtATime() public {
        bytes memory first = _setEndpoint(NORTH_KEY, "http://a", 1);
        vm.expectEmit(true, false, false, true);
        emit EndpointSet(NORTH, "http://a", 1);
        consortium.setEndpoint(NORTH, "http://a", 1, first);
        _equal(consortium.member(NORTH).endpoint, "http://a");
        _equal(consortium.member(NORTH).endpointVersion, 1);

        _expectError(IVersioned.AlreadySet.selector);
        consortium.setEndpoint(NORTH, "http://a", 1, first);
        bytes memory other = _setEndpoint(NORTH_KEY, "http://b", 1);
        _expectError(IVersioned.VersionConflict.selector, 1);
        consortium.setEndpoint(NORTH, "http://b", 1, other);
        bytes memory third = _setEndpoint(NORTH_KEY, "http://c", 3);
        _expectError(IVersioned.VersionGap.selector, 1);
        consortium.setEndpoint(NORTH, "http://c", 3, third);
        consortium.setEndpoint(NORTH, "http://b", 2, _setEndpoint(NORTH_KEY, "http://b", 2));
        _expectError(IVersioned.VersionPast.selector, 2);
        consortium.setEndpoint(NORTH, "http://a", 1, first);
        _expectError(IVersioned.VersionPast.selector, uint256(0));
        consortium.setEndpoint(SOUTH, "http://127.0.0.1:1", 0, first);
    }

    function test_anEndpointIsShortVisibleAscii() public {
        string[4] memory bad = ["", "http://a b", "http://a\x00", string(new bytes(257))];
        for (uint256 i = 0; i < bad.length; i++) {
            bytes memory signature = _setEndpoint(NORTH_KEY, bad[i], 1);
            _expectError(IConsortium.BadEndpoint.selector);
            consortium.setEndpoint(NORTH, bad[i], 1, signature);
        }
    }

    function test_setEndpointRefusesOtherSigners() public {
        bytes memory signature = _setEndpoint(SOUTH_KEY, "http://a", 1);
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.setEndpoint(NORTH, "http://a", 1, signature);
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        consortium.setEndpoint(NOBODY, "http://a", 1, signature);
    }

    function test_committeeIsAdoptedOnce() public {
        IConsortium.Committee memory content = _content(SOUTH, NORTH, 2);
        bytes[] memory signatures = _signBoth(SOUTH_KEY, NORTH_KEY, content);
        vm.expectEmit(true, false, false, true);
        emit CommitteeAdopted(COMMITTEE, content.certificate, 2, 1, content.members);
        consortium.adoptCommittee(COMMITTEE, content, signatures);
        _equal(keccak256(abi.encode(consortium.committee(COMMITTEE))), keccak256(abi.encode(content)));
        _expectError(IConsortium.AlreadyAdopted.selector);
        consortium.adoptCommittee(COMMITTEE, content, signatures);
        content.certificate = keccak256("other");
        signatures = _signBoth(SOUTH_KEY, NORTH_KEY, content);
        _expectError(IConsortium.CommitteeConflict.selector);
        consortium.adoptCommittee(COMMITTEE, content, signatures);
        _expectError(IConsortium.CommitteeConflict.selector);
        consortium.adoptCommittee(keccak256("another"), content, signatures);
    }

    function test_committeeNeedsMoreThanHalfOfTheCustodians() public {
        IConsortium.NewMember[] memory genesis = new IConsortium.NewMember[](4);
        for (uint256 i = 0; i < 4; i++) {
            genesis[i] =
                IConsortium.NewMember(bytes32(i + 1), 0, address(uint160(i + 1)), bytes32(0), true, "Hospital", "http://a");
        }
        Consortium four = new Consortium(genesis, _parameters());
        IConsortium.Committee memory content = _content(bytes32(uint256(1)), bytes32(uint256(2)), 2);
        vm.expectRevert(abi.encodeWithSelector(IConsortium.TooFewCustodians.selector, 2, 4));
        four.adoptCommittee(COMMITTEE, content, new bytes[](2));
    }

    function test_committeeRefusesEachWrongPart() public {
        IConsortium.Committee memory content = _content(NORTH, SOUTH, 2);
        bytes[] memory swapped = _signBoth(SOUTH_KEY, NORTH_KEY, content);
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.adoptCommittee(COMMITTEE, content, swapped);

        bytes[] memory one = new bytes[](1);
        one[0] = swapped[1];
        vm.expectRevert(abi.encodeWithSelector(IConsortium.SignatureCount.selector, 2, 1));
        consortium.adoptCommittee(COMMITTEE, content, one);

        bytes[] memory good = _signBoth(NORTH_KEY, SOUTH_KEY, content);
        _expectError(ISignedIntents.BadSignature.selector);
        consortium.adoptCommittee(keccak256("another"), content, good);

        content = _content(NORTH, NORTH, 2);
        bytes[] memory twice = _signBoth(NORTH_KEY, NORTH_KEY, content);
        _expectError(IConsortium.DuplicateMember.selector, NORTH);
        consortium.adoptCommittee(COMMITTEE, content, twice);

        content = _content(NORTH, LAB, 2);
        bytes[] memory lab = _signBoth(NORTH_KEY, LAB_KEY, content);
        _expectError(IConsortium.NotCustodian.selector, LAB);
        consortium.adoptCommittee(COMMITTEE, content, lab);

        content = _content(NORTH, NOBODY, 2);
        bytes[] memory nobody = _signBoth(NORTH_KEY, STRANGER_KEY, content);
        _expectError(IMembers.UnknownMember.selector, NOBODY);
        consortium.adoptCommittee(COMMITTEE, content, nobody);

        for (uint8 threshold = 0; threshold <= 3; threshold++) {
            if (threshold == 2) continue;
            content = _content(NORTH, SOUTH, threshold);
            bytes[] memory both = _signBoth(NORTH_KEY, SOUTH_KEY, content);
            vm.expectRevert(abi.encodeWithSelector(IConsortium.BadThreshold.selector, threshold, 2));
            consortium.adoptCommittee(COMMITTEE, content, both);
        }
        _equal(consortium.committee(COMMITTEE).threshold, 0);
    }
}
