"""halmos, with SHA-256 over inputs that are not known.

halmos 0.3.3 declares its function for the SHA-256 precompile over as many bits as the input has bytes, and stops with a
sort mismatch. Nothing else is changed: the digest is any value, the same for the same input.
"""

import sys

import halmos.__main__
import halmos.sevm
import z3


def function(name, *sorts):
    prefix, _, size = name.rpartition("_")
    if prefix == "f_sha256":
        sorts = (z3.BitVecSort(8 * int(size)), *sorts[1:])
    return z3.Function(name, *sorts)


halmos.sevm.Function = function

if __name__ == "__main__":
    sys.exit(halmos.__main__.main())
