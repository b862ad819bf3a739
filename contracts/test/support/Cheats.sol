// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Cheat codes of forge that forge-std's published `Vm` does not declare.
interface Cheats {
    struct Wallet {
        address addr;
        uint256 publicKeyX;
        uint256 publicKeyY;
        uint256 privateKey;
    }

    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function createWallet(uint256 privateKey) external returns (Wallet memory);
    function snapshotGasLastCall(string calldata group, string calldata name) external returns (uint256 gas);
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function readFile(string calldata path) external view returns (string memory);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonBool(string calldata json, string calldata key) external pure returns (bool);
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);
    function parseJsonAddress(string calldata json, string calldata key) external pure returns (address);
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function assume(bool condition) external pure;
    function toString(uint256 value) external pure returns (string memory);
}
