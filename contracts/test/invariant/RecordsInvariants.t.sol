// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Records} from "../../src/Records.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {Invariants} from "./Invariants.sol";
import {RecordsHandler} from "./RecordsHandler.sol";

contract RecordsInvariants is Invariants {
    RecordsHandler private _handler;
    Records private _ledger;
    bytes32[2] private _authors = [NORTH, SOUTH];

    function setUp() public override {
        _handler = new RecordsHandler();
        _handler.setUp();
        _ledger = _handler.ledger();
        _target(address(_handler));
        _action(RecordsHandler.anchor.selector);
        _action(RecordsHandler.amend.selector);
        _action(RecordsHandler.retract.selector);
        _action(RecordsHandler.nameEndorsers.selector);
        _action(RecordsHandler.endorse.selector);
        _action(RecordsHandler.erase.selector);
        _action(_handler.replay.selector);
    }

    function invariant_anchorsAreImmutableAndWithoutGaps() public view {
        for (uint256 a = 0; a < 2; a++) {
            IRecords.AnchorBatch[] memory batches = _handler.batches(_authors[a]);
            _equal(_ledger.lastSequence(_authors[a]), batches.length);
            for (uint256 i = 0; i < batches.length; i++) {
                _equal(batches[i].sequence, i + 1);
                _true(_ledger.isAnchored(batches[i]));
            }
        }
    }

    function invariant_everyoneSpeaksForItselfAlone() public view {
        _true(!_handler.foreignKeyCounted());
    }

    function invariant_whatIsSaidStaysSaid() public view {
        _true(!_handler.cameBack());
        for (uint256 a = 0; a < 2; a++) {
            for (uint256 i = 0; i < _handler.RECORDS(); i++) {
                bytes32 record = _handler.record(i);
                IRecords.Status memory status = _ledger.statusOf(_authors[a], record);
                _equal(status.successor, _handler.successor(_authors[a], record));
                _true(status.amended == (status.successor != 0));
                _true(status.retracted == _handler.retracted(_authors[a], record));
                _equal(status.needed, _handler.needed(_authors[a], record));
            }
        }
    }

    function invariant_finalWithAsManyEndorsersAsNeeded() public view {
        _true(!_handler.endorsedTwice());
        for (uint256 a = 0; a < 2; a++) {
            for (uint256 i = 0; i < _handler.RECORDS(); i++) {
                bytes32 record = _handler.record(i);
                IRecords.Status memory status = _ledger.statusOf(_authors[a], record);
                _equal(status.endorsed, _handler.endorsed(_authors[a], record));
                _true(status.isFinal == (status.needed != 0 && status.endorsed >= status.needed));
            }
        }
    }

    function invariant_erasedByEnoughCustodiansStaysErased() public view {
        _true(!_handler.erasedByTooFew());
        for (uint256 i = 0; i < _handler.RECORDS(); i++) {
            bytes32 record = _handler.record(i);
            _true(_ledger.statusOf(NORTH, record).erased == _handler.erased(record));
            _true(_ledger.statusOf(SOUTH, record).erased == _handler.erased(record));
        }
    }

    function invariant_aReplayChangesNothing() public view {
        _true(!_handler.replayChangedSomething());
    }
}
