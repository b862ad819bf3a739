// Generated from bench/baseline/Pointers.sol by bench/baseline/generate.mjs: do not edit.

export const pointersAbi = [
  {
    "inputs": [],
    "name": "Taken",
    "type": "error"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "name": "patient",
        "type": "address"
      },
      {
        "indexed": true,
        "name": "reader",
        "type": "address"
      }
    ],
    "name": "Granted",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "name": "patient",
        "type": "address"
      },
      {
        "indexed": true,
        "name": "reader",
        "type": "address"
      }
    ],
    "name": "Revoked",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "name": "record",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "name": "patient",
        "type": "address"
      },
      {
        "indexed": false,
        "name": "digest",
        "type": "bytes32"
      }
    ],
    "name": "Stored",
    "type": "event"
  },
  {
    "inputs": [
      {
        "name": "reader",
        "type": "address"
      }
    ],
    "name": "grant",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "name": "record",
        "type": "bytes32"
      },
      {
        "name": "reader",
        "type": "address"
      }
    ],
    "name": "open",
    "outputs": [
      {
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "name": "record",
        "type": "bytes32"
      },
      {
        "name": "patient",
        "type": "address"
      },
      {
        "name": "digest",
        "type": "bytes32"
      }
    ],
    "name": "put",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "name": "reader",
        "type": "address"
      }
    ],
    "name": "revoke",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const;

export const pointersBytecode =
  "0x6080604052348015600f57600080fd5b506103b08061001f6000396000f3fe608060405234801561001057600080fd5b506004361061004c5760003560e01c806347b6e1d6146100515780636090dec51461006657806370284d191461008b57806374a8f1031461009e575b600080fd5b61006461005f36600461032c565b6100b1565b005b610079610074366004610362565b6101a3565b60405190815260200160405180910390f35b61006461009936600461038e565b6101fc565b6100646100ac36600461038e565b610282565b600083815260208190526040902060010154156100fa576040517f7b2002ce00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60408051808201825273ffffffffffffffffffffffffffffffffffffffff84811680835260208084018681526000898152808352869020945185547fffffffffffffffffffffffff000000000000000000000000000000000000000016941693909317845591516001909301929092559151838152909185917f2ea7d498c8d771e664debb6a3d3ce7281a40500e582087107a784fabcd59d1c6910160405180910390a3505050565b600082815260208181526040808320805473ffffffffffffffffffffffffffffffffffffffff908116855260018452828520908616855290925282205460ff166101ee5760006101f4565b80600101545b949350505050565b33600081815260016020818152604080842073ffffffffffffffffffffffffffffffffffffffff8716808652925280842080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001690931790925590519092917fcbf9cf85d28c5ac494e7d5583b2d5dcfbd712502af7bffa5cd30d581b1481b5391a350565b33600081815260016020908152604080832073ffffffffffffffffffffffffffffffffffffffff8616808552925280832080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00169055519092917fc336937d058cc0fc95b7491390ffcf122da8cf400512d9714a76f644aa8955b791a350565b803573ffffffffffffffffffffffffffffffffffffffff8116811461032757600080fd5b919050565b60008060006060848603121561034157600080fd5b8335925061035160208501610303565b929592945050506040919091013590565b6000806040838503121561037557600080fd5b8235915061038560208401610303565b90509250929050565b6000602082840312156103a057600080fd5b6103a982610303565b939250505056" as const;
