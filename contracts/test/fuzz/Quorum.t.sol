// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bits} from "../../src/base/Bits.sol";
import {Consortium} from "../../src/Consortium.sol";
import {IConsortium} from "../../src/interfaces/IConsortium.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {IProposals} from "../../src/interfaces/IProposals.sol";
import {GovernanceTest} from "../support/GovernanceTest.sol";

/// @dev Opens what no transaction could reach in reasonable time: thousands of members.
contract QuorumOf is Consortium {
    constructor(IParameters.Parameters memory values) Consortium(new IConsortium.NewMember[](0), values) {}

    function required(uint256 active, uint256 voters) external view returns (uint256) {
        return _requiredOf(active, voters);
    }
}

contract QuorumFuzz is GovernanceTest {
    /// @dev With everyone voting it is more than half of all, more than the quorum's part unless that is everybody, and it
    /// can be reached.
    function testFuzz_requiredIsMoreThanHalfAndReachable(uint16 quorum, uint32 active) public {
        IParameters.Parameters memory values = _parameters();
        values.quorum = 5_000 + (quorum % 5_001);
        vm.assume(active != 0);
        uint256 required = new QuorumOf(values).required(active, active);
        _true(required * 2 > active && required <= active);
        _true(required * 10_000 > uint256(active) * values.quorum || required == active);
    }

    /// @dev Without the one that it is about likewise, wherever the minimum lets it be carried out: of three members or more.
    function testFuzz_requiredWithoutOneIsMoreThanHalfAndReachable(uint16 quorum, uint32 active) public {
        IParameters.Parameters memory values = _parameters();
        values.quorum = 5_000 + (quorum % 5_001);
        vm.assume(active > 2);
        uint256 required = new QuorumOf(values).required(active, active - 1);
        _true(required * 2 > active && required <= active - 1);
    }

    function test_nobodyLeftToVoteCarriesNothing() public {
        _equal(new QuorumOf(_parameters()).required(1, 0), 1);
    }

    function testFuzz_onesAreCounted(uint256 x) public pure {
        uint256 ones = 0;
        for (uint256 i = 0; i < 256; i++) {
            ones += (x >> i) & 1;
        }
        _equal(Bits.count(x), ones);
        _equal(Bits.count(type(uint256).max), 256);
        _equal(Bits.count(0), 0);
    }

    /// @dev Each member votes as its bit says. The proposal is carried out exactly when more than half agreed, at the vote
    /// that made it so, and rejected as soon as that cannot be any more.
    function testFuzz_votesDecide(uint8 size, uint256 choices) public {
        uint256 members = 1 + (size % 9);
        _found(members, _parameters());
        IProposals.Propose memory p =
            _proposal(bytes32(uint256(1)), IProposals.Action.SetParameter, abi.encode(uint8(3), uint64(2 hours)));
        bytes32 id = _proposalId(p);
        consortium.propose(p, _sign(1, address(consortium), id));
        uint256 yes = 1;
        uint256 no = 0;
        for (uint256 i = 2; i <= members; i++) {
            if (consortium.proposal(id).state != IProposals.State.Open) break;
            bool support = (choices >> i) & 1 == 1;
            if (support) yes++;
            else no++;
            IProposals.Vote memory v = IProposals.Vote(id, bytes32(i), support);
            vm.prank(vm.addr(i));
            consortium.vote(v, "");
        }
        bool carried = yes * 2 > members;
        _true(carried || (members - no) * 2 <= members);
        _isIn(id, carried ? IProposals.State.CarriedOut : IProposals.State.Rejected);
        _equal(consortium.parameters().maxPause, carried ? 2 hours : 7 days);
    }

    /// @dev More than one word of seats.
    function test_threeHundredMembersVote() public {
        _found(300, _parameters());
        IProposals.Propose memory p =
            _proposal(bytes32(uint256(1)), IProposals.Action.Suspend, abi.encode(bytes32(uint256(300))));
        bytes32 id = _proposalId(p);
        consortium.propose(p, _sign(1, address(consortium), id));
        for (uint256 i = 299; i > 149; i--) {
            _isIn(id, IProposals.State.Open);
            IProposals.Vote memory v = IProposals.Vote(id, bytes32(i), true);
            consortium.vote(v, _sign(i, address(consortium), _voteHash(v)));
        }
        IProposals.Tally memory tally = consortium.tally(id);
        _true(tally.yes == 151 && tally.voters == 299 && tally.required == 150);
        _isIn(id, IProposals.State.CarriedOut);
        _true(!consortium.isActive(bytes32(uint256(300))));
    }
}
