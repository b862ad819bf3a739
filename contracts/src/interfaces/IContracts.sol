// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The ledger's address book: which contract the members adopted under a name, in which version. A contract is
/// never changed; a new version is a new address, and users look it up here.
interface IContracts {
    /// @param codehash The contract's code when it was adopted.
    /// @param version 1, 2, 3, … for each name; 0 when nothing was adopted.
    struct Adopted {
        address target;
        uint64 version;
        bytes32 codehash;
    }

    event ContractAdopted(bytes32 indexed name, address indexed target, uint64 version, bytes32 codehash);

    /// @notice The code at the address is not what the members were asked about.
    error OtherCode(address target, bytes32 codehash);
    /// @notice The version is not the one after the standing one.
    error ContractVersionConflict(bytes32 name, uint64 current);

    /// @param name Of at most 32 bytes, padded on the right: "records".
    function contractOf(bytes32 name) external view returns (Adopted memory);
}
