// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The usual scheme that the bench compares with: a pointer on the chain for each record, an access list in a mapping.
/// Not part of the product.
contract Pointers {
    struct Pointer {
        address patient;
        bytes32 digest;
    }

    error Taken();

    event Stored(bytes32 indexed record, address indexed patient, bytes32 digest);
    event Granted(address indexed patient, address indexed reader);
    event Revoked(address indexed patient, address indexed reader);

    mapping(bytes32 record => Pointer) private _pointers;
    mapping(address patient => mapping(address reader => bool)) private _readers;

    /// @param digest SHA-256 of the encrypted file: what a CID says beyond its constant bytes.
    function put(bytes32 record, address patient, bytes32 digest) external {
        if (_pointers[record].digest != 0) revert Taken();
        _pointers[record] = Pointer(patient, digest);
        emit Stored(record, patient, digest);
    }

    function grant(address reader) external {
        _readers[msg.sender][reader] = true;
        emit Granted(msg.sender, reader);
    }

    function revoke(address reader) external {
        _readers[msg.sender][reader] = false;
        emit Revoked(msg.sender, reader);
    }

    /// The pointer, or zero when the reader is not on the patient's list.
    function open(bytes32 record, address reader) external view returns (bytes32) {
        Pointer storage pointer = _pointers[record];
        return _readers[pointer.patient][reader] ? pointer.digest : bytes32(0);
    }
}
