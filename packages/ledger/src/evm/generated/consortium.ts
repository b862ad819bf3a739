// Generated from contracts/src/Consortium.sol by contracts/scripts/generate.mjs: do not edit.

export const consortiumAbi = [
  {
    "type": "constructor",
    "inputs": [
      {
        "name": "genesis",
        "type": "tuple[]",
        "components": [
          {
            "name": "id",
            "type": "bytes32"
          },
          {
            "name": "kind",
            "type": "uint8"
          },
          {
            "name": "signer",
            "type": "address"
          },
          {
            "name": "keyCard",
            "type": "bytes32"
          },
          {
            "name": "custodian",
            "type": "bool"
          },
          {
            "name": "name",
            "type": "string"
          },
          {
            "name": "endpoint",
            "type": "string"
          }
        ]
      },
      {
        "name": "initial",
        "type": "tuple",
        "components": [
          {
            "name": "quorum",
            "type": "uint64"
          },
          {
            "name": "votingPeriod",
            "type": "uint64"
          },
          {
            "name": "minimumMembers",
            "type": "uint64"
          },
          {
            "name": "maxPause",
            "type": "uint64"
          }
        ]
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "adoptCommittee",
    "inputs": [
      {
        "name": "id",
        "type": "bytes32"
      },
      {
        "name": "content",
        "type": "tuple",
        "components": [
          {
            "name": "certificate",
            "type": "bytes32"
          },
          {
            "name": "threshold",
            "type": "uint8"
          },
          {
            "name": "shareEpoch",
            "type": "uint32"
          },
          {
            "name": "members",
            "type": "bytes32[]"
          }
        ]
      },
      {
        "name": "signatures",
        "type": "bytes[]"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "authorise",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      },
      {
        "name": "selector",
        "type": "bytes4"
      }
    ],
    "outputs": [
      {
        "name": "signer",
        "type": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "committee",
    "inputs": [
      {
        "name": "id",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "components": [
          {
            "name": "certificate",
            "type": "bytes32"
          },
          {
            "name": "threshold",
            "type": "uint8"
          },
          {
            "name": "shareEpoch",
            "type": "uint32"
          },
          {
            "name": "members",
            "type": "bytes32[]"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "contractOf",
    "inputs": [
      {
        "name": "name",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "components": [
          {
            "name": "target",
            "type": "address"
          },
          {
            "name": "version",
            "type": "uint64"
          },
          {
            "name": "codehash",
            "type": "bytes32"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "custodians",
    "inputs": [],
    "outputs": [
      {
        "name": "threshold",
        "type": "uint8"
      },
      {
        "name": "members",
        "type": "bytes32[]"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "eip712Domain",
    "inputs": [],
    "outputs": [
      {
        "name": "fields",
        "type": "bytes1"
      },
      {
        "name": "name",
        "type": "string"
      },
      {
        "name": "version",
        "type": "string"
      },
      {
        "name": "chainId",
        "type": "uint256"
      },
      {
        "name": "verifyingContract",
        "type": "address"
      },
      {
        "name": "salt",
        "type": "bytes32"
      },
      {
        "name": "extensions",
        "type": "uint256[]"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "firstBlock",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "isActive",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "isMember",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "isRequested",
    "inputs": [
      {
        "name": "request",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "member",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "components": [
          {
            "name": "kind",
            "type": "uint8"
          },
          {
            "name": "signer",
            "type": "address"
          },
          {
            "name": "keyCard",
            "type": "bytes32"
          },
          {
            "name": "custodian",
            "type": "bool"
          },
          {
            "name": "name",
            "type": "string"
          },
          {
            "name": "endpoint",
            "type": "string"
          },
          {
            "name": "endpointVersion",
            "type": "uint64"
          },
          {
            "name": "status",
            "type": "uint8"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "parameters",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "components": [
          {
            "name": "quorum",
            "type": "uint64"
          },
          {
            "name": "votingPeriod",
            "type": "uint64"
          },
          {
            "name": "minimumMembers",
            "type": "uint64"
          },
          {
            "name": "maxPause",
            "type": "uint64"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "pausedUntil",
    "inputs": [
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "selector",
        "type": "bytes4"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "proposal",
    "inputs": [
      {
        "name": "id",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "components": [
          {
            "name": "state",
            "type": "uint8"
          },
          {
            "name": "action",
            "type": "uint8"
          },
          {
            "name": "expires",
            "type": "uint64"
          },
          {
            "name": "payload",
            "type": "bytes"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "propose",
    "inputs": [
      {
        "name": "intent",
        "type": "tuple",
        "components": [
          {
            "name": "organisation",
            "type": "bytes32"
          },
          {
            "name": "action",
            "type": "uint8"
          },
          {
            "name": "payload",
            "type": "bytes"
          },
          {
            "name": "salt",
            "type": "bytes32"
          }
        ]
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "requestJoin",
    "inputs": [
      {
        "name": "entrant",
        "type": "tuple",
        "components": [
          {
            "name": "id",
            "type": "bytes32"
          },
          {
            "name": "kind",
            "type": "uint8"
          },
          {
            "name": "signer",
            "type": "address"
          },
          {
            "name": "keyCard",
            "type": "bytes32"
          },
          {
            "name": "custodian",
            "type": "bool"
          },
          {
            "name": "name",
            "type": "string"
          },
          {
            "name": "endpoint",
            "type": "string"
          }
        ]
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "setEndpoint",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      },
      {
        "name": "endpoint",
        "type": "string"
      },
      {
        "name": "version",
        "type": "uint64"
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "settle",
    "inputs": [
      {
        "name": "id",
        "type": "bytes32"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "signerAt",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      },
      {
        "name": "time",
        "type": "uint64"
      }
    ],
    "outputs": [
      {
        "name": "signer",
        "type": "address"
      },
      {
        "name": "keyCard",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "signerOf",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "tally",
    "inputs": [
      {
        "name": "id",
        "type": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "components": [
          {
            "name": "yes",
            "type": "uint256"
          },
          {
            "name": "no",
            "type": "uint256"
          },
          {
            "name": "voters",
            "type": "uint256"
          },
          {
            "name": "required",
            "type": "uint256"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "vote",
    "inputs": [
      {
        "name": "intent",
        "type": "tuple",
        "components": [
          {
            "name": "proposal",
            "type": "bytes32"
          },
          {
            "name": "organisation",
            "type": "bytes32"
          },
          {
            "name": "support",
            "type": "bool"
          }
        ]
      },
      {
        "name": "signature",
        "type": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "wasSigner",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      },
      {
        "name": "signer",
        "type": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "event",
    "name": "CommitteeAdopted",
    "inputs": [
      {
        "name": "committee",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "certificate",
        "type": "bytes32",
        "indexed": false
      },
      {
        "name": "threshold",
        "type": "uint8",
        "indexed": false
      },
      {
        "name": "shareEpoch",
        "type": "uint32",
        "indexed": false
      },
      {
        "name": "members",
        "type": "bytes32[]",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "ContractAdopted",
    "inputs": [
      {
        "name": "name",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "target",
        "type": "address",
        "indexed": true
      },
      {
        "name": "version",
        "type": "uint64",
        "indexed": false
      },
      {
        "name": "codehash",
        "type": "bytes32",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "EIP712DomainChanged",
    "inputs": [],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "EndpointSet",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "endpoint",
        "type": "string",
        "indexed": false
      },
      {
        "name": "version",
        "type": "uint64",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "JoinRequested",
    "inputs": [
      {
        "name": "request",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "kind",
        "type": "uint8",
        "indexed": false
      },
      {
        "name": "signer",
        "type": "address",
        "indexed": false
      },
      {
        "name": "keyCard",
        "type": "bytes32",
        "indexed": false
      },
      {
        "name": "custodian",
        "type": "bool",
        "indexed": false
      },
      {
        "name": "name",
        "type": "string",
        "indexed": false
      },
      {
        "name": "endpoint",
        "type": "string",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "MemberAdmitted",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "kind",
        "type": "uint8",
        "indexed": false
      },
      {
        "name": "signer",
        "type": "address",
        "indexed": false
      },
      {
        "name": "keyCard",
        "type": "bytes32",
        "indexed": false
      },
      {
        "name": "custodian",
        "type": "bool",
        "indexed": false
      },
      {
        "name": "name",
        "type": "string",
        "indexed": false
      },
      {
        "name": "endpoint",
        "type": "string",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "MemberKeyRotated",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "signer",
        "type": "address",
        "indexed": false
      },
      {
        "name": "keyCard",
        "type": "bytes32",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "MemberReinstated",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "MemberRemoved",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "MemberSuspended",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "ParameterSet",
    "inputs": [
      {
        "name": "parameter",
        "type": "uint8",
        "indexed": true
      },
      {
        "name": "value",
        "type": "uint64",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "PauseLifted",
    "inputs": [
      {
        "name": "target",
        "type": "address",
        "indexed": true
      },
      {
        "name": "selector",
        "type": "bytes4",
        "indexed": true
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Paused",
    "inputs": [
      {
        "name": "target",
        "type": "address",
        "indexed": true
      },
      {
        "name": "selector",
        "type": "bytes4",
        "indexed": true
      },
      {
        "name": "until",
        "type": "uint64",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "ProposalCarriedOut",
    "inputs": [
      {
        "name": "proposal",
        "type": "bytes32",
        "indexed": true
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "ProposalFailed",
    "inputs": [
      {
        "name": "proposal",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "problem",
        "type": "bytes",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "ProposalRejected",
    "inputs": [
      {
        "name": "proposal",
        "type": "bytes32",
        "indexed": true
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Proposed",
    "inputs": [
      {
        "name": "proposal",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "action",
        "type": "uint8",
        "indexed": true
      },
      {
        "name": "payload",
        "type": "bytes",
        "indexed": false
      },
      {
        "name": "salt",
        "type": "bytes32",
        "indexed": false
      },
      {
        "name": "expires",
        "type": "uint64",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Voted",
    "inputs": [
      {
        "name": "proposal",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "organisation",
        "type": "bytes32",
        "indexed": true
      },
      {
        "name": "support",
        "type": "bool",
        "indexed": false
      }
    ],
    "anonymous": false
  },
  {
    "type": "error",
    "name": "AlreadyAdopted",
    "inputs": []
  },
  {
    "type": "error",
    "name": "AlreadyProposed",
    "inputs": []
  },
  {
    "type": "error",
    "name": "AlreadyRequested",
    "inputs": []
  },
  {
    "type": "error",
    "name": "AlreadySet",
    "inputs": []
  },
  {
    "type": "error",
    "name": "AlreadyVoted",
    "inputs": []
  },
  {
    "type": "error",
    "name": "BadAction",
    "inputs": [
      {
        "name": "action",
        "type": "uint8"
      }
    ]
  },
  {
    "type": "error",
    "name": "BadEndpoint",
    "inputs": []
  },
  {
    "type": "error",
    "name": "BadKind",
    "inputs": [
      {
        "name": "kind",
        "type": "uint8"
      }
    ]
  },
  {
    "type": "error",
    "name": "BadName",
    "inputs": []
  },
  {
    "type": "error",
    "name": "BadPause",
    "inputs": [
      {
        "name": "until",
        "type": "uint64"
      },
      {
        "name": "latest",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "BadPayload",
    "inputs": []
  },
  {
    "type": "error",
    "name": "BadSignature",
    "inputs": []
  },
  {
    "type": "error",
    "name": "BadThreshold",
    "inputs": [
      {
        "name": "threshold",
        "type": "uint8"
      },
      {
        "name": "members",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "CommitteeBelowThreshold",
    "inputs": [
      {
        "name": "left",
        "type": "uint256"
      },
      {
        "name": "threshold",
        "type": "uint8"
      }
    ]
  },
  {
    "type": "error",
    "name": "CommitteeConflict",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ContractVersionConflict",
    "inputs": [
      {
        "name": "name",
        "type": "bytes32"
      },
      {
        "name": "current",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "DuplicateMember",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "FunctionPaused",
    "inputs": [
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "selector",
        "type": "bytes4"
      },
      {
        "name": "until",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "IncompleteMember",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "InvalidShortString",
    "inputs": []
  },
  {
    "type": "error",
    "name": "KeyNotAccepted",
    "inputs": [
      {
        "name": "signer",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "MemberExists",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "MemberNotActive",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "MemberNotSuspended",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "NoLongerMember",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "NoVoteAboutOneself",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotCustodian",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotPausable",
    "inputs": [
      {
        "name": "selector",
        "type": "bytes4"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotPaused",
    "inputs": [
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "selector",
        "type": "bytes4"
      }
    ]
  },
  {
    "type": "error",
    "name": "OtherCode",
    "inputs": [
      {
        "name": "target",
        "type": "address"
      },
      {
        "name": "codehash",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "ParameterOutOfBounds",
    "inputs": [
      {
        "name": "parameter",
        "type": "uint8"
      },
      {
        "name": "value",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "ProposalClosed",
    "inputs": [
      {
        "name": "proposal",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "ShareEpochGap",
    "inputs": [
      {
        "name": "current",
        "type": "uint32"
      }
    ]
  },
  {
    "type": "error",
    "name": "ShareEpochPast",
    "inputs": [
      {
        "name": "current",
        "type": "uint32"
      }
    ]
  },
  {
    "type": "error",
    "name": "SignatureCount",
    "inputs": [
      {
        "name": "expected",
        "type": "uint256"
      },
      {
        "name": "given",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SignerTaken",
    "inputs": [
      {
        "name": "signer",
        "type": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "StringTooLong",
    "inputs": [
      {
        "name": "str",
        "type": "string"
      }
    ]
  },
  {
    "type": "error",
    "name": "TooFewCustodians",
    "inputs": [
      {
        "name": "members",
        "type": "uint256"
      },
      {
        "name": "custodians",
        "type": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "TooFewMembers",
    "inputs": [
      {
        "name": "left",
        "type": "uint256"
      },
      {
        "name": "minimum",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "TooFewStanding",
    "inputs": [
      {
        "name": "signed",
        "type": "uint256"
      },
      {
        "name": "threshold",
        "type": "uint8"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnknownMember",
    "inputs": [
      {
        "name": "organisation",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnknownProposal",
    "inputs": [
      {
        "name": "proposal",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "UnknownRequest",
    "inputs": [
      {
        "name": "request",
        "type": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "VersionConflict",
    "inputs": [
      {
        "name": "current",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "VersionGap",
    "inputs": [
      {
        "name": "current",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "VersionPast",
    "inputs": [
      {
        "name": "current",
        "type": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "VotedOtherwise",
    "inputs": []
  }
] as const;

export const consortiumBytecode =
  "0x610180604052436101605234801561001657600080fd5b506040516169dc3803806169dc83398101604081905261003591610c46565b6040805180820182526009815268416e616d6e6573697360b81b602080830191909152825180840190935260018352603160f81b90830152906100798260006101df565b610120526100888160016101df565b61014052815160208084019190912060e052815190820120610100524660a05261011560e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a082015260009060c00160405160208183030381529060405280519060200120905090565b60805250503060c052805161012c90600090610212565b6101416001826020015161021260201b60201c565b6101566002826040015161021260201b60201c565b61016b6003826060015161021260201b60201c565b60005b82518110156101d7576101a76101a284838151811061018f5761018f610dd8565b602002602001015161022d60201b60201c565b61040d565b6101cf8382815181106101bc576101bc610dd8565b602002602001015161042160201b60201c565b60010161016e565b5050506110b2565b60006020835110156101fb576101f4836105b9565b905061020c565b816102068482610e84565b5060ff90505b92915050565b61021f6101a28383610600565b61022982826106bc565b5050565b6060600760ff16826020015160ff16111561029957602082015160405160ff909116602482015263dfc0338760e01b906044015b60408051601f198184030181529190526020810180516001600160e01b03166001600160e01b03199093169290921790915292915050565b815115806102b2575060408201516001600160a01b0316155b156102d557815160405163f673e49760e01b916102619160240190815260200190565b81516000908152600360208190526040822054600160a01b900460ff169081111561030257610302610f46565b14610325578151604051633fe49eab60e11b916102619160240190815260200190565b6040808301516001600160a01b03166000908152600560205220541561036e5760408281015190516001600160a01b03909116602482015263d7d9e8b960e01b90604401610261565b60a082015151158061038657506101008260a0015151115b156103b95750506040805160048152602481019091526020810180516001600160e01b031663153736cd60e01b17905290565b60c08201516103c790610765565b6103f95750506040805160048152602481019091526020810180516001600160e01b031663366342ad60e21b17905290565b505060408051602081019091526000815290565b80516000036104195750565b805160208201fd5b6008805460009163ffffffff909116908261043b83610f72565b82546101009290920a63ffffffff81810219909316918316021790915583516000908152600360208181526040928390209287015183549188015160808901516001600160a01b03909216600161ff0160a01b031990931692909217600160a81b60ff909316929092029190911765ffffffffffff60b01b1916600160b01b9115159190910264ffffffffff60b81b191617600160b81b4264ffffffffff1602176001600160e01b0316600160e01b938516939093029290921781556060850151600182015560a085015192935091908201906105189082610e84565b5060c0830151600482019061052d9082610e84565b5082516040808501516001600160a01b0316600090815260056020522055610556816001610808565b82600001517f30ebcba32e49cf83e40c27fa5547c9b1176c056a937d8f200b4a71e63eb4995884602001518560400151866060015187608001518860a001518960c001516040516105ac96959493929190610fc3565b60405180910390a2505050565b600080829050601f815111156105ed578260405163305a27a960e01b81526004016105e4919061101a565b60405180910390fd5b80516105f882611034565b179392505050565b606060008061060e856109ee565b91509150816001600160401b0316846001600160401b0316101580156106465750806001600160401b0316846001600160401b031611155b1561066457604051806020016040528060008152509250505061020c565b604051633ecd368760e21b906106809087908790602401611058565b60408051601f198184030181529190526020810180516001600160e01b03166001600160e01b0319909316929092179091529250505092915050565b80600c8360038111156106d1576106d1610f46565b60ff16600481106106e4576106e4610dd8565b600491828204019190066008026101000a8154816001600160401b0302191690836001600160401b0316021790555081600381111561072557610725610f46565b6040516001600160401b03831681527fe3028d627e5b559bc54a00d8e76b5a6ca13dfb0f2340279ed3eba570ed9a79739060200160405180910390a25050565b600081516000148061077957506101008251115b1561078657506000919050565b60005b82518110156107ff57602060f81b8382815181106107a9576107a9610dd8565b01602001516001600160f81b0319161115806107e95750607f60f81b8382815181106107d7576107d7610dd8565b01602001516001600160f81b03191610155b156107f75750600092915050565b600101610789565b50600192915050565b600060018354600160a01b900460ff16600381111561082957610829610f46565b1490506000600183600381111561084257610842610f46565b8554911491508390859060ff60a01b1916600160a01b83600381111561086a5761086a610f46565b0217905550801515821515036108805750505050565b8354600160e01b9004600881901c62ffffff1660009081526007602052604090208054600160ff9093169290921b909118905580156109535760088054640100000000900463ffffffff169060046108d783610f72565b91906101000a81548163ffffffff021916908363ffffffff160217905550508360000160169054906101000a900460ff161561094e576008805468010000000000000000900463ffffffff16908061092e83610f72565b91906101000a81548163ffffffff021916908363ffffffff160217905550505b6109e8565b60088054640100000000900463ffffffff1690600461097183611092565b91906101000a81548163ffffffff021916908363ffffffff160217905550508360000160169054906101000a900460ff16156109e8576008805468010000000000000000900463ffffffff1690806109c883611092565b91906101000a81548163ffffffff021916908363ffffffff160217905550505b50505050565b60008080836003811115610a0457610a04610f46565b03610a1757506113889261271092509050565b6001836003811115610a2b57610a2b610f46565b03610a3f5750610e10926276a70092509050565b6002836003811115610a5357610a53610f46565b03610a67575060029263ffffffff92509050565b50610e109262278d0092509050565b634e487b7160e01b600052604160045260246000fd5b60405160e081016001600160401b0381118282101715610aae57610aae610a76565b60405290565b604051601f8201601f191681016001600160401b0381118282101715610adc57610adc610a76565b604052919050565b805160ff81168114610af557600080fd5b919050565b80516001600160a01b0381168114610af557600080fd5b80518015158114610af557600080fd5b60005b83811015610b3c578181015183820152602001610b24565b50506000910152565b600082601f830112610b5657600080fd5b81516001600160401b03811115610b6f57610b6f610a76565b610b82601f8201601f1916602001610ab4565b818152846020838601011115610b9757600080fd5b610ba8826020830160208701610b21565b949350505050565b80516001600160401b0381168114610af557600080fd5b600060808284031215610bd957600080fd5b604051608081016001600160401b0381118282101715610bfb57610bfb610a76565b604052905080610c0a83610bb0565b8152610c1860208401610bb0565b6020820152610c2960408401610bb0565b6040820152610c3a60608401610bb0565b60608201525092915050565b60008060a08385031215610c5957600080fd5b82516001600160401b03811115610c6f57600080fd5b8301601f81018513610c8057600080fd5b80516001600160401b03811115610c9957610c99610a76565b8060051b610ca960208201610ab4565b91825260208184018101929081019088841115610cc557600080fd5b6020850192505b83831015610dba5782516001600160401b03811115610cea57600080fd5b850160e0818b03601f19011215610d0057600080fd5b610d08610a8c565b60208201518152610d1b60408301610ae4565b6020820152610d2c60608301610afa565b604082015260808201516060820152610d4760a08301610b11565b608082015260c08201516001600160401b03811115610d6557600080fd5b610d748c602083860101610b45565b60a08301525060e08201516001600160401b03811115610d9357600080fd5b610da28c602083860101610b45565b60c08301525083525060209283019290910190610ccc565b8096505050505050610dcf8460208501610bc7565b90509250929050565b634e487b7160e01b600052603260045260246000fd5b600181811c90821680610e0257607f821691505b602082108103610e2257634e487b7160e01b600052602260045260246000fd5b50919050565b601f821115610e7f5782821115610e7f57806000526020600020601f840160051c6020851015610e56575060005b90810190601f840160051c0360005b81811015610e7b57600083820155600101610e65565b5050505b505050565b81516001600160401b03811115610e9d57610e9d610a76565b610eb181610eab8454610dee565b84610e28565b6020601f821160018114610ee55760008315610ecd5750848201515b600019600385901b1c1916600184901b178455610f3f565b600084815260208120601f198516915b82811015610f155787850151825560209485019460019092019101610ef5565b5084821015610f335786840151600019600387901b60f8161c191681555b505060018360011b0184555b5050505050565b634e487b7160e01b600052602160045260246000fd5b634e487b7160e01b600052601160045260246000fd5b600063ffffffff821663ffffffff8103610f8e57610f8e610f5c565b60010192915050565b60008151808452610faf816020860160208601610b21565b601f01601f19169290920160200192915050565b60ff8716815260018060a01b0386166020820152846040820152831515606082015260c060808201526000610ffb60c0830185610f97565b82810360a084015261100d8185610f97565b9998505050505050505050565b60208152600061102d6020830184610f97565b9392505050565b80516020808301519190811015610e225760001960209190910360031b1b16919050565b604081016004841061107a57634e487b7160e01b600052602160045260246000fd5b9281526001600160401b039190911660209091015290565b600063ffffffff8216806110a8576110a8610f5c565b6000190192915050565b60805160a05160c05160e051610100516101205161014051610160516158c56111176000396000610195015260006121ac0152600061217a015260006133cf015260006133a7015260006133020152600061332c0152600061335601526158c56000f3fe608060405234801561001057600080fd5b506004361061014d5760003560e01c80637061120d116100c3578063a48933401161007c578063a4893340146103dc578063a7d51f1914610407578063c22779d01461041a578063d6066841146104bc578063f1ed84c6146104d2578063f6e22eb5146104e557600080fd5b80637061120d146102b757806384b0196e146102da57806389035730146102f55780639823e6861461038d578063987757dd146103b6578063a198a160146103c957600080fd5b80633981fcd0116101155780633981fcd014610209578063487e2c361461023b578063511bcee51461025e5780635c36901c146102715780636c259439146102845780636da590411461029757600080fd5b8063126d66fd146101525780631431bce51461017b578063231b02681461019057806323654d0a146101be57806324977355146101de575b600080fd5b61016561016036600461453d565b61052b565b60405161017291906145dc565b60405180910390f35b61018e610189366004614834565b61076e565b005b6040517f00000000000000000000000000000000000000000000000000000000000000008152602001610172565b6101d16101cc36600461453d565b61088d565b6040516101729190614981565b6101f16101ec3660046149d9565b610949565b6040516001600160a01b039091168152602001610172565b61021c610217366004614a1e565b610966565b604080516001600160a01b039093168352602083019190915201610172565b61024e610249366004614a43565b610ad6565b6040519015158152602001610172565b61024e61026c36600461453d565b610b05565b61024e61027f36600461453d565b610b55565b61018e610292366004614a68565b610b60565b6102aa6102a536600461453d565b610ea7565b6040516101729190614ac0565b61024e6102c536600461453d565b60009081526006602052604090205460ff1690565b6102e2611012565b6040516101729796959493929190614b26565b60408051608080820183526000808352602080840182905283850182905260609384019190915283518083018552600c546001600160401b03808216808452600160401b83048216848601908152600160801b84048316858a01908152600160c01b90940483169488019485528851918252518216948101949094529051811695830195909552519093169183019190915201610172565b6101f161039b36600461453d565b6000908152600360205260409020546001600160a01b031690565b61018e6103c436600461453d565b611058565b61018e6103d7366004614bbe565b6110d5565b6103ef6103ea366004614c4d565b6112c2565b6040516001600160401b039091168152602001610172565b61018e610415366004614cbf565b611307565b61048861042836600461453d565b604080516060808201835260008083526020808401829052928401819052938452600b8252928290208251938401835280546001600160a01b0381168552600160a01b90046001600160401b031691840191909152600101549082015290565b6040805182516001600160a01b031681526020808401516001600160401b0316908201529181015190820152606001610172565b6104c46115b0565b604051610172929190614e15565b61018e6104e0366004614e31565b61165e565b6104f86104f336600461453d565b6117ab565b60405161017291908151815260208083015190820152604080830151908201526060918201519181019190915260800190565b61056f604080516101008101825260008082526020820181905291810182905260608082018390526080820181905260a082015260c081018290529060e082015290565b6000828152600360205260408120908154600160a01b900460ff16600381111561059b5761059b6145a6565b036105c157604051633c9ce87f60e21b8152600481018490526024015b60405180910390fd5b6040805161010081018252825460ff600160a81b8204811683526001600160a01b0382166020840152600185015493830193909352600160b01b90049091161515606082015260038201805460808301919061061c90614e72565b80601f016020809104026020016040519081016040528092919081815260200182805461064890614e72565b80156106955780601f1061066a57610100808354040283529160200191610695565b820191906000526020600020905b81548152906001019060200180831161067857829003601f168201915b505050505081526020018260040180546106ae90614e72565b80601f01602080910402602001604051908101604052809291908181526020018280546106da90614e72565b80156107275780601f106106fc57610100808354040283529160200191610727565b820191906000526020600020905b81548152906001019060200180831161070a57829003601f168201915b505050918352505060028301546001600160401b031660208201528254604090910190600160a01b900460ff166003811115610765576107656145a6565b90529392505050565b6000836040516020016107819190614eac565b60408051601f1981840301815291815281516020928301206000818152600690935291205490915060ff16156107ca57604051632981f6c160e11b815260040160405180910390fd5b6107e0306000356001600160e01b031916611825565b6107f16107ec856118a1565b611a80565b610809846040015161080286611a94565b8585611b5b565b600081815260066020908152604091829020805460ff19166001179055855190860151868301516060880151608089015160a08a015160c08b01519651959688967f413329f12af11bc0e41d2c7aa68f526a8589f3aa274aa1beb55e3b0a09687ef09661087f9690959094909390929091614f2e565b60405180910390a350505050565b6040805160808101825260008082526020820181905291810191909152606080820152600082815260096020908152604091829020825160808101845281548152600182015460ff811682850152610100900463ffffffff1681850152600282018054855181860281018601909652808652919492936060860193929083018282801561093957602002820191906000526020600020905b815481526020019060010190808311610925575b5050505050815250509050919050565b600061095483611c1b565b90506109603383611825565b92915050565b60008281526003602052604081208190818154600160a01b900460ff166003811115610994576109946145a6565b036109a6575060009150819050610acf565b8054600160b81b900464ffffffffff166001600160401b038516106109e15780546001909101546001600160a01b0390911692509050610acf565b600085815260046020526040902080545b8015610ac45781610a04600183614f9b565b81548110610a1457610a14614fae565b6000918252602090912060029091020154600160a01b900464ffffffffff166001600160401b03871610610ab25781610a4e600183614f9b565b81548110610a5e57610a5e614fae565b60009182526020909120600290910201546001600160a01b031682610a84600184614f9b565b81548110610a9457610a94614fae565b90600052602060002090600202016001015494509450505050610acf565b80610abc81614fc4565b9150506109f2565b506000935083925050505b9250929050565b60008215801590610afe57506001600160a01b03821660009081526005602052604090205483145b9392505050565b600081815260036020526040812054600160a01b900460ff166001816003811115610b3257610b326145a6565b1480610afe57506002816003811115610b4d57610b4d6145a6565b149392505050565b600061096082611cb2565b60007f3cbb15aa10689f6201c91ef2b1b5dc6c1895d888e93f90ca7265aab30b5a33e58435610b956040870160208801614fdb565b610ba26040880188614ff8565b604051610bb092919061503e565b604051908190038120610bef9493929160608a013590602001948552602085019390935260ff9190911660408401526060830152608082015260a00190565b60408051601f1981840301815291815281516020928301206000818152600d90935290822090925090815460ff166005811115610c2e57610c2e6145a6565b14610c4c57604051633ca148c360e11b815260040160405180910390fd5b6000610c588635611c1b565b90506008610c6c6040880160208901614fdb565b60ff161115610ca457610c856040870160208801614fdb565b60405163c002ea1b60e01b815260ff90911660048201526024016105b8565b6000610cb66040880160208901614fdb565b60ff166008811115610cca57610cca6145a6565b9050610d1781610cdd60408a018a614ff8565b8080601f016020809104026020016040519081016040528093929190818152602001838380828437600092019190915250611ce992505050565b610d345760405163442dd41560e01b815260040160405180910390fd5b610d4082858888611b5b565b610d916107ec82610d5460408b018b614ff8565b8080601f01602080910402602001604051908101604052809392919081815260200183838082843760009201919091525060019250611e69915050565b6000610d9d6001611f62565b610db0906001600160401b03164261504e565b8454600160ff198216811787559192508391869161ffff191617610100836008811115610ddf57610ddf6145a6565b0217905550835466ffffffffff000019166201000064ffffffffff831602178455610e0d6040890189614ff8565b6001860191610e1d9190836150b4565b50816008811115610e3057610e306145a6565b8835867f6145e1c739ddc128fda87b9ba615fc4cc236ac1f52b79285d7f01ce8a737c226610e6160408d018d614ff8565b8d6060013587604051610e77949392919061519c565b60405180910390a4610e8884611fb1565b883514610e9d57610e9d85858a3560016120a6565b5050505050505050565b610ed3604080516080810190915280600081526020016000815260006020820152606060409091015290565b6000828152600d60205260409081902081516080810190925290806001835460ff166005811115610f0657610f066145a6565b148015610f195750610f178361213d565b155b610f2757825460ff16610f2a565b60055b6005811115610f3b57610f3b6145a6565b81528254602090910190610100900460ff166008811115610f5e57610f5e6145a6565b8152825462010000900464ffffffffff166020820152600183018054604090920191610f8990614e72565b80601f0160208091040260200160405190810160405280929190818152602001828054610fb590614e72565b80156110025780601f10610fd757610100808354040283529160200191611002565b820191906000526020600020905b815481529060010190602001808311610fe557829003601f168201915b5050505050815250915050919050565b600060608060008060006060611026612173565b61102e6121a5565b60408051600080825260208201909252600f60f81b9b939a50919850469750309650945092509050565b6000818152600d6020526040812090815460ff16600581111561107d5761107d6145a6565b0361109e576040516304bbf15f60e11b8152600481018390526024016105b8565b6110a78161213d565b6110c7576040516335a6e17560e01b8152600481018390526024016105b8565b6110d182826121d2565b5050565b6110eb306000356001600160e01b031916611825565b60006110f687611c1b565b60008881526003602052604090206002810154919250906001600160401b0390811690611164908290889081168214801561115f57508460040160405161113d91906151ce565b60405180910390208b8b60405161115592919061503e565b6040518091039020145b612384565b6111a388888080601f01602080910402602001604051908101604052809392919081815260200183838082843760009201919091525061246f92505050565b6111c05760405163366342ad60e21b815260040160405180910390fd5b61124b837f605179a2fef59b3170b0104185c00bcf5c779022b539052f86e6670193ebd9c38b8b8b6040516111f692919061503e565b60405190819003812061122e9392918c90602001938452602084019290925260408301526001600160401b0316606082015260800190565b604051602081830303815290604052805190602001208787611b5b565b6004820161125a888a836150b4565b5060028201805467ffffffffffffffff19166001600160401b03881617905560405189907ff00c4bba011760ab168b16aa169089280ae8640cded0a35588ec1106daab1239906112af908b908b908b90615243565b60405180910390a2505050505050505050565b600080600260006112d38686612512565b81526020810191909152604001600020546001600160401b031690504281116112fd5760006112ff565b805b949350505050565b61131d306000356001600160e01b031916611825565b600a546000908152600960209081526040808320815160808101835281548152600182015460ff811682860152610100900463ffffffff16818401526002820180548451818702810187019095528085529194929360608601939092908301828280156113a957602002820191906000526020600020905b815481526020019060010190808311611395575b50505091909252505050602081015190915060ff1615806113cf576113cf86868461253c565b6060850151516020860151600260ff90911610806113f3575080866020015160ff16115b806113fe575060ff81115b1561142e57602086015160405163036c8e3360e41b815260ff9091166004820152602481018290526044016105b8565b8180156114545750600854600160401b900463ffffffff16611451826002615270565b11155b1561148d576008548190600160401b900463ffffffff1660405163315cfbf560e21b8152600481019290925260248201526044016105b8565b6000836060015151826114a0919061504e565b90508481146114cc576040516313e6af8960e11b815260048101829052602481018690526044016105b8565b60006114d88989612673565b90506114ea8860600151828989612724565b8361150057611500858960600151838a8a6127f9565b6000898152600960209081526040918290208a518155908a0151600182018054938c015163ffffffff166101000264ffffffffff1990941660ff90921691909117929092179091556060890151899190600282019061155f9082615287565b5090505088600a81905550887f88dc469d8ace41afec826d31a9f9cb477612bd2372d2dc9a15f23fc442f5a5c489600001518a602001518b604001518c606001516040516112af9493929190615320565b600a546000908152600960209081526040808320815160808101835281548152600182015460ff811682860152610100900463ffffffff16818401526002820180548451818702810187019095528085526060958795939493878601939092909183018282801561164057602002820191906000526020600020905b81548152602001906001019080831161162c575b50505050508152505090508060200151816060015192509250509091565b82356000908152600d6020526040812090815460ff166005811115611685576116856145a6565b036116a6576040516304bbf15f60e11b8152843560048201526024016105b8565b6116c48160208601356116bf6060880160408901615358565b612918565b6116cd8161213d565b6116ed576040516335a6e17560e01b8152843560048201526024016105b8565b60006116fc8560200135611c1b565b905061170782611fb1565b85602001350361173057604051631b99815160e11b8152602086013560048201526024016105b8565b611784817f7b7713042191a92e0ae51d9d71f9078a105fb593b77d2819dfe394c637b060b487604051602001611767929190615375565b604051602081830303815290604052805190602001208686611b5b565b6117a4853583602088013561179f60608a0160408b01615358565b6120a6565b5050505050565b6117d66040518060800160405280600081526020016000815260200160008152602001600081525090565b6000828152600d6020526040812090815460ff1660058111156117fb576117fb6145a6565b0361181c576040516304bbf15f60e11b8152600481018490526024016105b8565b610afe816129a8565b6000600260006118358585612512565b81526020810191909152604001600020546001600160401b031690504281111561189c576040516315555b6d60e01b81526001600160a01b03841660048201526001600160e01b0319831660248201526001600160401b03821660448201526064016105b8565b505050565b6060600760ff16826020015160ff16111561190d57602082015160405160ff909116602482015263dfc0338760e01b906044015b60408051601f198184030181529190526020810180516001600160e01b03166001600160e01b03199093169290921790915292915050565b81511580611926575060408201516001600160a01b0316155b1561194957815160405163f673e49760e01b916118d59160240190815260200190565b81516000908152600360208190526040822054600160a01b900460ff1690811115611976576119766145a6565b14611999578151604051633fe49eab60e11b916118d59160240190815260200190565b6040808301516001600160a01b0316600090815260056020522054156119e25760408281015190516001600160a01b03909116602482015263d7d9e8b960e01b906044016118d5565b60a08201515115806119fa57506101008260a0015151115b15611a2d5750506040805160048152602481019091526020810180516001600160e01b031663153736cd60e01b17905290565b611a3a8260c0015161246f565b611a6c5750506040805160048152602481019091526020810180516001600160e01b031663366342ad60e21b17905290565b505060408051602081019091526000815290565b8051600003611a8c5750565b805160208201fd5b60007f83cdaa14120c1a8d54291172eaea9e96c8e83232b5eb6aee6467244b02f0ffa4826000015183602001518460400151856060015186608001518760a00151805190602001208860c0015180519060200120604051602001611b3e989796959493929190978852602088019690965260ff9490941660408701526001600160a01b039290921660608601526080850152151560a084015260c083015260e08201526101000190565b604051602081830303815290604052805190602001209050919050565b80158015611b715750336001600160a01b038516145b611c155760418114611b9657604051635cd5d23360e01b815260040160405180910390fd5b6000611bf585611ba586612ac4565b85856040818110611bb857611bb8614fae565b919091013560f81c9050611bd060206000888a6153b0565b611bd9916153da565b611be760406020898b6153b0565b611bf0916153da565b612af1565b9050806117a457604051635cd5d23360e01b815260040160405180910390fd5b50505050565b600081815260036020526040902080546001600160a01b0381169190600160a01b900460ff166001816003811115611c5557611c556145a6565b14611cab576000816003811115611c6e57611c6e6145a6565b03611c8f57604051633c9ce87f60e21b8152600481018590526024016105b8565b60405163d9410e5160e01b8152600481018590526024016105b8565b5050919050565b60006001600083815260036020819052604090912054600160a01b900460ff1690811115611ce257611ce26145a6565b1492915050565b600080836008811115611cfe57611cfe6145a6565b03611d0b57506001610960565b6003836008811115611d1f57611d1f6145a6565b11611d2f57508051602014610960565b6004836008811115611d4357611d436145a6565b03611d7e5781516040148015611d5e57506020820151600310155b8015611d77575060408201516001600160401b03905b11155b9050610960565b6005836008811115611d9257611d926145a6565b03611dc257815160c0148015611dae5750611dae826001612b38565b8015611d77575060c082015160ff90611d74565b6006836008811115611dd657611dd66145a6565b03611e0c5781516080148015611df25750611df2826001612b38565b8015611d77575060808201516001600160401b0390611d74565b6007836008811115611e2057611e206145a6565b03611e545781516060148015611e3a5750611e3a82612b5b565b8015611d77575060608201516001600160401b0390611d74565b81516040148015610afe5750610afe82612b5b565b60606000846008811115611e7f57611e7f6145a6565b03611e9557611e8e8383612b7b565b9050610afe565b6004846008811115611ea957611ea96145a6565b03611eb857611e8e8383612c44565b6005846008811115611ecc57611ecc6145a6565b03611edb57611e8e8383612d2d565b6006846008811115611eef57611eef6145a6565b03611efe57611e8e8383612e65565b6007846008811115611f1257611f126145a6565b03611f2157611e8e8383612ee3565b6008846008811115611f3557611f356145a6565b03611f4457611e8e8383612f43565b6112ff8484806020019051810190611f5c91906153f8565b84612f8a565b6000600c826003811115611f7857611f786145a6565b60ff1660048110611f8b57611f8b614fae565b600491828204019190066008029054906101000a90046001600160401b03169050919050565b600060018254610100900460ff166008811115611fd057611fd06145a6565b14158015611ff9575060038254610100900460ff166008811115611ff657611ff66145a6565b14155b1561200657506000919050565b81600101805461201590614e72565b80601f016020809104026020016040519081016040528092919081815260200182805461204190614e72565b801561208e5780601f106120635761010080835404028352916020019161208e565b820191906000526020600020905b81548152906001019060200180831161207157829003601f168201915b505050505080602001905181019061096091906153f8565b6000806120b284613066565b9150915082156120d757600082815260028601602052604090208054821790556120ee565b600082815260038601602052604090208054821790555b83867f7f071deb3826dd6db743e001ac33aac5ec0ee7b7cfa39e31c14b94f78d0f3b9f85604051612123911515815260200190565b60405180910390a361213586866121d2565b505050505050565b60006001825460ff166005811115612157576121576145a6565b1480156109605750505462010000900464ffffffffff16421090565b60606121a07f000000000000000000000000000000000000000000000000000000000000000060006130da565b905090565b60606121a07f000000000000000000000000000000000000000000000000000000000000000060016130da565b60006121dd826129a8565b9050806060015181600001511061232a5760006122998360000160019054906101000a900460ff1684600101805461221490614e72565b80601f016020809104026020016040519081016040528092919081815260200182805461224090614e72565b801561228d5780601f106122625761010080835404028352916020019161228d565b820191906000526020600020905b81548152906001019060200180831161227057829003601f168201915b50505050506000611e69565b905080516000036122df57825460ff1916600217835560405184907f52de56862dc74d28e93ea90fda2eb55fbf23866c6d67e298a84c4d1f02035f2090600090a2611c15565b825460ff1916600417835560405184907f0b664bab7c5558040fde39af55199cb8725a3e66cd98a180e39d8c000fcd1a009061231c908490615411565b60405180910390a250505050565b8060600151816020015182604001516123439190614f9b565b101561189c57815460ff1916600317825560405183907f55295d4ce992922fa2e5ffbf3a3dcdb367de0a15e125ace083456017fd22060f90600090a2505050565b826001600160401b0316826001600160401b031611156123dc576123a88383615424565b6001600160401b031660011461189c57604051631e7925ff60e11b81526001600160401b03841660048201526024016105b8565b826001600160401b0316826001600160401b0316108061240357506001600160401b038316155b1561242c5760405163a5536b1360e01b81526001600160401b03841660048201526024016105b8565b801561244b5760405163a741a04560e01b815260040160405180910390fd5b60405163c2cc05dd60e01b81526001600160401b03841660048201526024016105b8565b600081516000148061248357506101008251115b1561249057506000919050565b60005b825181101561250957602060f81b8382815181106124b3576124b3614fae565b01602001516001600160f81b0319161115806124f35750607f60f81b8382815181106124e1576124e1614fae565b01602001516001600160f81b03191610155b156125015750600092915050565b600101612493565b50600192915050565b60a01c6bffffffff00000000000000001660609190911b6bffffffffffffffffffffffff19161790565b82600a541461255e5760405163179b4ce760e21b815260040160405180910390fd5b6040808201519083015163ffffffff808316911611156125b6578083604001516125889190615443565b63ffffffff16600114611c15576040516301f2bf4b60e41b815263ffffffff821660048201526024016105b8565b8063ffffffff16836040015163ffffffff1610156125ef576040516365b4d0c160e01b815263ffffffff821660048201526024016105b8565b826040516020016126009190614981565b60405160208183030381529060405280519060200120826040516020016126279190614981565b604051602081830303815290604052805190602001200361265a5760405162a2670d60e21b815260040160405180910390fd5b60405163179b4ce760e21b815260040160405180910390fd5b60007f2b56a6a26355622b6cfb8ecd58b38dc474643cd9b88a868de0060a3530fd99988383600001518460200151856040015186606001516040516020016126bb919061545f565b60408051601f19818403018152828252805160209182012090830197909752810194909452606084019290925260ff16608083015263ffffffff1660a082015260c081019190915260e00160405160208183030381529060405280519060200120905092915050565b60005b84518110156117a457600085828151811061274457612744614fae565b6020026020010151905061275986838361317e565b1561277a57604051635612cab360e11b8152600481018290526024016105b8565b600061278582611c1b565b600083815260036020526040902054909150600160b01b900460ff166127c157604051636c2ea5bd60e01b8152600481018390526024016105b8565b6127ef81878787878181106127d8576127d8614fae565b90506020028101906127ea9190614ff8565b611b5b565b5050600101612727565b83516000905b828110156128dd576000876060015187518361281b9190614f9b565b8151811061282b5761282b614fae565b6020026020010151905061283e81611cb2565b61284857506128d5565b6128548788518361317e565b6128c657600061286382611c1b565b905085858481811061287757612877614fae565b90506020028101906128899190614ff8565b15905080156128a15750336001600160a01b03821614155b156128ad5750506128d5565b6128c481888888878181106127d8576127d8614fae565b505b826128d08161548a565b935050505b6001016127ff565b50856020015160ff168110156121355760208601516040516336926b6960e11b81526004810183905260ff90911660248201526044016105b8565b60008061292484613066565b600082815260028801602090815260408083205460038b019092529091205492945090925082161580159183161515908261295d575080155b1561296b5750505050505050565b8415158215150361298f57604051637c9a1cf960e01b815260040160405180910390fd5b60405163bfbb198b60e01b815260040160405180910390fd5b6129d36040518060800160405280600081526020016000815260200160008152602001600081525090565b60006129dd6131c7565b905060005b81811015612a5d576000818152600760209081526040808320546002880190925290912054612a129082166131e7565b84518590612a2190839061504e565b9052506000828152600386016020526040902054612a409082166131e7565b84602001818151612a51919061504e565b905250506001016129e2565b50600854640100000000900463ffffffff166000612a7a85611fb1565b90508015801590612a8f5750612a8f81611cb2565b612a995781612aa4565b612aa4600183614f9b565b60408501819052612ab69083906132a0565b606085015250919392505050565b6000610960612ad16132f5565b8360405161190160f01b8152600281019290925260228201526042902090565b600080612b0086868686613420565b50509050866001600160a01b0316816001600160a01b0316148015612b2d57506001600160a01b03811615155b979650505050505050565b60006001600160a01b03612b528484600101602002015190565b11159392505050565b6000612b68826000612b38565b80156109605750506040015160201b1590565b6060612b9d838051906020012060009081526006602052604090205460ff1690565b612bfd5782516020840120604051637bbe34c960e01b91612bc49160240190815260200190565b60408051601f198184030181529190526020810180516001600160e01b03166001600160e01b0319909316929092179091529050610960565b600083806020019051810190612c139190615509565b9050612c1e816118a1565b915081516000148015612c2f575082155b15612c3d57612c3d816134ef565b5092915050565b606060008084806020019051810190612c5d91906155ea565b91509150612c6b8282613687565b925082516000148015612c8f57506002826003811115612c8d57612c8d6145a6565b145b8015612cb35750600854640100000000900463ffffffff16816001600160401b0316115b15612d0957604051633ecd368760e21b90612cd4908490849060240161561d565b60408051601f198184030181529190526020810180516001600160e01b03166001600160e01b03199093169290921790915292505b8251158015612d16575083155b15612d2557612d258282613743565b505092915050565b606060008060008060008088806020019051810190612d4c9190615642565b955095509550955095509550612d6286866137ec565b96508651600014612d7857505050505050610960565b604080517f7a9dc3c74b3ac5b6b88243befaa598517c961b4848e5f12c267c2d3f3652a28b60208201529081018790526001600160a01b038616606082015260808101859052600090612de39060a00160405160208183030381529060405280519060200120612ac4565b9050612df28682848787612af1565b612e48575050604080516001600160a01b039590951660248087019190915281518087039091018152604490950190525050506020810180516001600160e01b03166369fbe5e160e01b17905291506109609050565b88612e5857612e58878787613853565b5050505050505092915050565b604080516060818101835260008083526020830181905292820192909252600084806020019051810190612e9991906156a3565b6001600160401b0316602086015260408501526001600160a01b031683529050612ec3818361395c565b925082516000148015612ed4575083155b15612d2557612d258183613a8e565b6060600080600085806020019051810190612efe91906156ef565b925092509250612f19838383612f146003611f62565b613b22565b935083516000148015612f2a575084155b15612f3a57612f3a838383613c78565b50505092915050565b606060008084806020019051810190612f5c919061573c565b91509150612f6a8282613d02565b925082516000148015612f7b575083155b15612d2557612d258282613da2565b606060006002856008811115612fa257612fa26145a6565b14905080612fcd57612fc8846003876008811115612fc257612fc26145a6565b14613e14565b612fd6565b612fd684613e79565b915081516000148015612fe7575080155b8015612ff75750612ff784611cb2565b156130085761300584613ef3565b91505b81511515806130145750825b1561301f5750610afe565b80156130335761302e84613f97565b61305e565b6001856008811115613047576130476145a6565b036130555761302e84613fde565b61305e84614025565b509392505050565b60008181526003602052604081208190818154600160a01b900460ff166003811115613094576130946145a6565b036130b557604051633c9ce87f60e21b8152600481018590526024016105b8565b54600160e01b9004600881901c62ffffff1694600160ff9092169190911b9350915050565b606060ff83146130ed57611d778361406d565b8180546130f990614e72565b80601f016020809104026020016040519081016040528092919081815260200182805461312590614e72565b80156131725780601f1061314757610100808354040283529160200191613172565b820191906000526020600020905b81548152906001019060200180831161315557829003601f168201915b50505050509050610960565b6000805b838110156131bc578285828151811061319d5761319d614fae565b6020026020010151036131b4576001915050610afe565b600101613182565b506000949350505050565b60088054600091906131e09063ffffffff1660ff61504e565b901c905090565b7f5555555555555555555555555555555555555555555555555555555555555555600182901c1690036000600282901c7f33333333333333333333333333333333333333333333333333333333333333331660056000190483160191506011600019816132565761325661576b565b04600483901c8301169150610101600019816132745761327461576b565b04600883901c830116915060f061ffff600019816132945761329461576b565b048302901c9050919050565b60006127106132af6000611f62565b6132c2906001600160401b031685615270565b6132cc9190615781565b6132d790600161504e565b9050818111156132e45750805b806000036109605750600192915050565b6000306001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614801561334e57507f000000000000000000000000000000000000000000000000000000000000000046145b1561337857507f000000000000000000000000000000000000000000000000000000000000000090565b6121a0604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a082015260009060c00160405160208183030381529060405280519060200120905090565b600080807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561345b57506000915060039050826134e5565b604080516000808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa1580156134af573d6000803e3d6000fd5b5050604051601f1901519150506001600160a01b0381166134db575060009250600191508290506134e5565b9250600091508190505b9450945094915050565b6008805460009163ffffffff9091169082613509836157a3565b82546101009290920a63ffffffff81810219909316918316021790915583516000908152600360208181526040928390209287015183549188015160808901516001600160a01b03909216600161ff0160a01b031990931692909217600160a81b60ff909316929092029190911765ffffffffffff60b01b1916600160b01b9115159190910264ffffffffff60b81b191617600160b81b4264ffffffffff1602176001600160e01b0316600160e01b938516939093029290921781556060850151600182015560a085015192935091908201906135e690826157c8565b5060c083015160048201906135fb90826157c8565b5082516040808501516001600160a01b03166000908152600560205220556136248160016140ac565b82600001517f30ebcba32e49cf83e40c27fa5547c9b1176c056a937d8f200b4a71e63eb4995884602001518560400151866060015187608001518860a001518960c0015160405161367a96959493929190614f2e565b60405180910390a2505050565b606060008061369585614287565b91509150816001600160401b0316846001600160401b0316101580156136cd5750806001600160401b0316846001600160401b031611155b156136eb576040518060200160405280600081525092505050610960565b604051633ecd368760e21b90613707908790879060240161561d565b60408051601f198184030181529190526020810180516001600160e01b03166001600160e01b0319909316929092179091529250505092915050565b80600c836003811115613758576137586145a6565b60ff166004811061376b5761376b614fae565b600491828204019190066008026101000a8154816001600160401b0302191690836001600160401b031602179055508160038111156137ac576137ac6145a6565b6040516001600160401b03831681527fe3028d627e5b559bc54a00d8e76b5a6ca13dfb0f2340279ed3eba570ed9a79739060200160405180910390a25050565b6001600160a01b03811660009081526005602052604090205460609015613830576040516001600160a01b038316602482015263d7d9e8b960e01b90604401612bc4565b600083815260036020526040902054610afe90600160a01b900460ff168461430f565b600083815260036020908152604080832060048352818420825160608101845282546001600160a01b03808216835264ffffffffff600160b81b92839004811684890190815260018088018054878b0190815288548084018a55988d528b8d2097516002909902909701805493518516600160a01b026001600160c81b03199094169886169890981792909217875594519590940194909455845442909416909102600167ffffffffff00000160a01b031990931690891690811792909217835586905580855260058452938290208790558151938452918301849052909185917fbcec6ed717f22384135ebf06d62996b5260ae23c3ee1145a3505e3b323a1588a910161231c565b6000828152600b6020908152604090912054908201516060916001600160401b03600160a01b9091048116911615806139b75750806001600160401b0316600184602001516139ab9190615424565b6001600160401b031614155b15613a1d57604051602481018590526001600160401b038216604482015263029d0b8560e21b906064015b60408051601f198184030181529190526020810180516001600160e01b03166001600160e01b03199093169290921790915291506109609050565b82516001600160a01b03163b1580613a445750604083015183516001600160a01b03163f14155b15613a775782516040516001600160a01b03909116602482018190523f6044820152630599651b60e41b906064016139e2565b505060408051602081019091526000815292915050565b6000828152600b602090815260409182902083518154858401516001600160a01b039092166001600160e01b03199091168117600160a01b6001600160401b03909316928302178355858501516001909301839055845191825292810191909152909184917f28782207cccb3408b42532eca296c60a272bd90ff84a0a88078256ff45ec631f910160405180910390a35050565b60606001600160a01b03851630148015613b8157506001600160e01b03198416636c25943960e01b1480613b6657506001600160e01b031984166378f6c26360e11b145b80613b8157506001600160e01b0319841663987757dd60e01b145b15613bd05750604080516001600160e01b031985166024808301919091528251808303909101815260449091019091526020810180516001600160e01b0316632413a06f60e21b1790526112ff565b6000613bdc8342615886565b905042846001600160401b0316111580613c075750806001600160401b0316846001600160401b0316115b15613c5f57604080516001600160401b0386811660248301529290921660448084019190915281518084039091018152606490920190526020810180516001600160e01b031663adc7930760e01b17905290506112ff565b5050604080516020810190915260008152949350505050565b8060026000613c878686612512565b81526020808201929092526040908101600020805467ffffffffffffffff19166001600160401b039485161790555191831682526001600160e01b03198416916001600160a01b038616917fa83df190d92609492f056829e413cb7f2e751e1ca92e786e009ac133ba025664910160405180910390a3505050565b60604260026000613d138686612512565b81526020810191909152604001600020546001600160401b03161115613d485750604080516020810190915260008152610960565b50604080516001600160a01b039390931660248401526001600160e01b03199190911660448084019190915281518084039091018152606490920190526020810180516001600160e01b031663bf03ca2b60e01b17905290565b60026000613db08484612512565b8152602081019190915260409081016000908120805467ffffffffffffffff1916905590516001600160e01b03198316916001600160a01b038516917f5d9135e1f60d7330b3a01e9bb1f7196f313ea9827399cdd7dbb38dfc7769ddf49190a35050565b600082815260036020526040902054606090600160a01b900460ff166002816003811115613e4457613e446145a6565b148015613e4f575082155b15613e6f576040516024810185905263d9410e5160e01b906044016139e2565b6112ff818561430f565b600081815260036020526040902054606090600160a01b900460ff166001816003811115613ea957613ea96145a6565b03613ee9575050604080516024808201939093528151808203909301835260440190526020810180516001600160e01b0316635e87df3f60e01b17905290565b610afe818461430f565b606060006001613f1160085463ffffffff6401000000009091041690565b613f1b9190614f9b565b90506000613f296002611f62565b9050806001600160401b0316821015613f8e576040805160248101939093526001600160401b039190911660448084019190915281518084039091018152606490920190526020810180516001600160e01b031663e151b79560e01b17905292915050565b6112ff8461438f565b6000818152600360205260409020613fb09060016140ac565b60405181907fa3e4bfc68cfb89934ec3b4bd3bb1266b233e8575a96f7edbfafc4391a26b481790600090a250565b6000818152600360205260409020613ff79060026140ac565b60405181907f8a83ef6d8e4e4745a11ec7ffc310a7a7d3f473adc2e02e522d73866d36d6e65f90600090a250565b600081815260036020819052604090912061403f916140ac565b60405181907f4c72dfab49a28e472a1c13f5c592cb13292762c809bf3ccfed93ab744059923490600090a250565b6060600061407a83614515565b604080516020808252818301909252919250600091906020820181803683375050509182525060208101929092525090565b600060018354600160a01b900460ff1660038111156140cd576140cd6145a6565b149050600060018360038111156140e6576140e66145a6565b8554911491508390859060ff60a01b1916600160a01b83600381111561410e5761410e6145a6565b0217905550801515821515036141245750505050565b8354600160e01b9004600881901c62ffffff1660009081526007602052604090208054600160ff9093169290921b909118905580156141f25760088054640100000000900463ffffffff1690600461417b836157a3565b91906101000a81548163ffffffff021916908363ffffffff160217905550508360000160169054906101000a900460ff16156141ed5760088054600160401b900463ffffffff1690806141cd836157a3565b91906101000a81548163ffffffff021916908363ffffffff160217905550505b611c15565b60088054640100000000900463ffffffff16906004614210836158a5565b91906101000a81548163ffffffff021916908363ffffffff160217905550508360000160169054906101000a900460ff1615611c155760088054600160401b900463ffffffff169080614262836158a5565b91906101000a81548163ffffffff021916908363ffffffff1602179055505050505050565b6000808083600381111561429d5761429d6145a6565b036142b057506113889261271092509050565b60018360038111156142c4576142c46145a6565b036142d85750610e10926276a70092509050565b60028360038111156142ec576142ec6145a6565b03614300575060029263ffffffff92509050565b50610e109262278d0092509050565b60606000836003811115614325576143256145a6565b036143455760405160248101839052633c9ce87f60e21b90604401612bc4565b6003836003811115614359576143596145a6565b036143795760405160248101839052636670397160e11b90604401612bc4565b5060408051602081019091526000815292915050565b600a546000908152600960209081526040808320815160808101835281548152600182015460ff811682860152610100900463ffffffff1681840152600282018054845181870281018701909552808552606096959294878601939092919083018282801561441d57602002820191906000526020600020905b815481526020019060010190808311614409575b505050505081525050905060008060005b8360600151518110156144925760008460600151828151811061445357614453614fae565b6020026020010151905086810361446d5760019250614489565b61447681611cb2565b1561448957836144858161548a565b9450505b5060010161442e565b508015806144a75750826020015160ff168210155b156144c45750506040805160208101909152600081529392505050565b5060209182015160408051602481019390935260ff909116604480840191909152815180840390910181526064909201905290810180516001600160e01b031663ea51a5dd60e01b17905292915050565b600060ff8216601f81111561096057604051632cd44ac360e21b815260040160405180910390fd5b60006020828403121561454f57600080fd5b5035919050565b60005b83811015614571578181015183820152602001614559565b50506000910152565b60008151808452614592816020860160208601614556565b601f01601f19169290920160200192915050565b634e487b7160e01b600052602160045260246000fd5b600481106145cc576145cc6145a6565b50565b6145d8816145bc565b9052565b6020815260ff82511660208201526000602083015161460660408401826001600160a01b03169052565b50604083015160608301526060830151614624608084018215159052565b50608083015161010060a084015261464061012084018261457a565b905060a0840151601f198483030160c085015261465d828261457a565b91505060c084015161467a60e08501826001600160401b03169052565b5060e084015161305e6101008501826145cf565b634e487b7160e01b600052604160045260246000fd5b60405160e081016001600160401b03811182821017156146c6576146c661468e565b60405290565b604051608081016001600160401b03811182821017156146c6576146c661468e565b604051601f8201601f191681016001600160401b03811182821017156147165761471661468e565b604052919050565b60ff811681146145cc57600080fd5b80356147388161471e565b919050565b6001600160a01b03811681146145cc57600080fd5b80356147388161473d565b80151581146145cc57600080fd5b80356147388161475d565b60006001600160401b0382111561478f5761478f61468e565b50601f01601f191660200190565b600082601f8301126147ae57600080fd5b81356147c16147bc82614776565b6146ee565b8181528460208386010111156147d657600080fd5b816020850160208301376000918101602001919091529392505050565b60008083601f84011261480557600080fd5b5081356001600160401b0381111561481c57600080fd5b602083019150836020828501011115610acf57600080fd5b60008060006040848603121561484957600080fd5b83356001600160401b0381111561485f57600080fd5b840160e0818703121561487157600080fd5b6148796146a4565b813581526148896020830161472d565b602082015261489a60408301614752565b6040820152606082810135908201526148b56080830161476b565b608082015260a08201356001600160401b038111156148d357600080fd5b6148df8882850161479d565b60a08301525060c08201356001600160401b038111156148fe57600080fd5b61490a8882850161479d565b60c08301525093505060208401356001600160401b0381111561492c57600080fd5b614938868287016147f3565b9497909650939450505050565b600081518084526020840193506020830160005b82811015614977578151865260209586019590910190600101614959565b5093949350505050565b602081528151602082015260ff602083015116604082015263ffffffff6040830151166060820152600060608301516080808401526112ff60a0840182614945565b6001600160e01b0319811681146145cc57600080fd5b600080604083850312156149ec57600080fd5b8235915060208301356149fe816149c3565b809150509250929050565b6001600160401b03811681146145cc57600080fd5b60008060408385031215614a3157600080fd5b8235915060208301356149fe81614a09565b60008060408385031215614a5657600080fd5b8235915060208301356149fe8161473d565b600080600060408486031215614a7d57600080fd5b83356001600160401b03811115614a9357600080fd5b840160808187031215614aa557600080fd5b925060208401356001600160401b0381111561492c57600080fd5b602081526000825160068110614ad857614ad86145a6565b80602084015250602083015160098110614af457614af46145a6565b806040840152506001600160401b03604084015116606083015260608301516080808401526112ff60a084018261457a565b60ff60f81b8816815260e060208201526000614b4560e083018961457a565b8281036040840152614b57818961457a565b606084018890526001600160a01b038716608085015260a0840186905283810360c08501528451808252602080870193509091019060005b81811015614bad578351835260209384019390920191600101614b8f565b50909b9a5050505050505050505050565b60008060008060008060808789031215614bd757600080fd5b8635955060208701356001600160401b03811115614bf457600080fd5b614c0089828a016147f3565b9096509450506040870135614c1481614a09565b925060608701356001600160401b03811115614c2f57600080fd5b614c3b89828a016147f3565b979a9699509497509295939492505050565b60008060408385031215614c6057600080fd5b8235614c6b8161473d565b915060208301356149fe816149c3565b60008083601f840112614c8d57600080fd5b5081356001600160401b03811115614ca457600080fd5b6020830191508360208260051b8501011115610acf57600080fd5b60008060008060608587031215614cd557600080fd5b8435935060208501356001600160401b03811115614cf257600080fd5b850160808188031215614d0457600080fd5b614d0c6146cc565b813581526020820135614d1e8161471e565b6020820152604082013563ffffffff81168114614d3a57600080fd5b604082015260608201356001600160401b03811115614d5857600080fd5b80830192505087601f830112614d6d57600080fd5b81356001600160401b03811115614d8657614d8661468e565b8060051b614d96602082016146ee565b9182526020818501810192908101908b841115614db257600080fd5b6020860195505b83861015614dd857853580835260209687019690935090910190614db9565b60608501525091955050505060408501356001600160401b03811115614dfd57600080fd5b614e0987828801614c7b565b95989497509550505050565b60ff831681526040602082015260006112ff6040830184614945565b60008060008385036080811215614e4757600080fd5b6060811215614e5557600080fd5b5083925060608401356001600160401b0381111561492c57600080fd5b600181811c90821680614e8657607f821691505b602082108103614ea657634e487b7160e01b600052602260045260246000fd5b50919050565b602081528151602082015260ff602083015116604082015260018060a01b036040830151166060820152606082015160808201526080820151151560a0820152600060a083015160e060c0840152614f0861010084018261457a565b905060c0840151601f198483030160e0850152614f25828261457a565b95945050505050565b60ff8716815260018060a01b0386166020820152846040820152831515606082015260c060808201526000614f6660c083018561457a565b82810360a0840152614f78818561457a565b9998505050505050505050565b634e487b7160e01b600052601160045260246000fd5b8181038181111561096057610960614f85565b634e487b7160e01b600052603260045260246000fd5b600081614fd357614fd3614f85565b506000190190565b600060208284031215614fed57600080fd5b81356112fd8161471e565b6000808335601e1984360301811261500f57600080fd5b8301803591506001600160401b0382111561502957600080fd5b602001915036819003821315610acf57600080fd5b8183823760009101908152919050565b8082018082111561096057610960614f85565b601f82111561189c578282111561189c57806000526020600020601f840160051c602085101561508f575060005b90810190601f840160051c0360005b818110156121355760008382015560010161509e565b6001600160401b038311156150cb576150cb61468e565b6150df836150d98354614e72565b83615061565b6000601f84116001811461511357600085156150fb5750838201355b600019600387901b1c1916600186901b1783556117a4565b600083815260209020601f19861690835b828110156151445786850135825560209485019460019092019101615124565b50868210156151615760001960f88860031b161c19848701351681555b505060018560011b0183555050505050565b81835281816020850137506000828201602090810191909152601f909101601f19169091010190565b6060815260006151b0606083018688615173565b905083602083015264ffffffffff8316604083015295945050505050565b60008083546151dc81614e72565b6001821680156151f3576001811461520857615238565b60ff1983168652811515820286019350615238565b86600052602060002060005b8381101561523057815488820152600190910190602001615214565b505081860193505b509195945050505050565b604081526000615257604083018587615173565b90506001600160401b0383166020830152949350505050565b808202811582820484141761096057610960614f85565b81516001600160401b038111156152a0576152a061468e565b600160401b8111156152b4576152b461468e565b8154818355808210156152ec57826000528160206000200182820360005b818110156152e8576000838201556001016152d2565b5050505b50602083016153018360009081526020902090565b60005b8381101561213557825182820155602090920191600101615304565b84815260ff8416602082015263ffffffff8316604082015260806060820152600061534e6080830184614945565b9695505050505050565b60006020828403121561536a57600080fd5b81356112fd8161475d565b828152813560208083019190915282013560408083019190915260808201908301356153a08161475d565b8015156060840152509392505050565b600080858511156153c057600080fd5b838611156153cd57600080fd5b5050820193919092039150565b8035602083101561096057600019602084900360031b1b1692915050565b60006020828403121561540a57600080fd5b5051919050565b602081526000610afe602083018461457a565b6001600160401b03828116828216039081111561096057610960614f85565b63ffffffff828116828216039081111561096057610960614f85565b8151600090829060208501835b8281101561523857815184526020938401939091019060010161546c565b60006001820161549c5761549c614f85565b5060010190565b80516147388161471e565b80516147388161473d565b80516147388161475d565b600082601f8301126154d557600080fd5b81516154e36147bc82614776565b8181528460208386010111156154f857600080fd5b6112ff826020830160208701614556565b60006020828403121561551b57600080fd5b81516001600160401b0381111561553157600080fd5b820160e0818503121561554357600080fd5b61554b6146a4565b8151815261555b602083016154a3565b602082015261556c604083016154ae565b604082015260608281015190820152615587608083016154b9565b608082015260a08201516001600160401b038111156155a557600080fd5b6155b1868285016154c4565b60a08301525060c08201516001600160401b038111156155d057600080fd5b6155dc868285016154c4565b60c083015250949350505050565b600080604083850312156155fd57600080fd5b82516004811061560c57600080fd5b60208401519092506149fe81614a09565b6040810161562a846145bc565b9281526001600160401b039190911660209091015290565b60008060008060008060c0878903121561565b57600080fd5b8651602088015190965061566e8161473d565b6040880151606089015160808a015160a08b0151939850919650945092506156958161471e565b809150509295509295509295565b600080600080608085870312156156b957600080fd5b845160208601519094506156cc8161473d565b6040860151606087015191945092506156e481614a09565b939692955090935050565b60008060006060848603121561570457600080fd5b835161570f8161473d565b6020850151909350615720816149c3565b604085015190925061573181614a09565b809150509250925092565b6000806040838503121561574f57600080fd5b825161575a8161473d565b60208401519092506149fe816149c3565b634e487b7160e01b600052601260045260246000fd5b60008261579e57634e487b7160e01b600052601260045260246000fd5b500490565b600063ffffffff821663ffffffff81036157bf576157bf614f85565b60010192915050565b81516001600160401b038111156157e1576157e161468e565b6157f5816157ef8454614e72565b84615061565b6020601f82116001811461582957600083156158115750848201515b600019600385901b1c1916600184901b1784556117a4565b600084815260208120601f198516915b828110156158595787850151825560209485019460019092019101615839565b50848210156158775786840151600019600387901b60f8161c191681555b50505050600190811b01905550565b6001600160401b03818116838216019081111561096057610960614f85565b600063ffffffff8216806158bb576158bb614f85565b600019019291505056" as const;
