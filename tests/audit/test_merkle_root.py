"""The root over commitments is the Merkle tree hash of RFC 9162."""

from __future__ import annotations

from typing import Any

import pytest

from hub.audit.leaf import merkle_root


@pytest.mark.parametrize(
    ("leaves", "root"),
    [
        # RFC 6962 and 9162 give no vectors; these are the ones of the reference implementation of transparency logs.
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ([b""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (["", "00"], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (["", "00", "10"], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"],
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ],
)
def test_root_is_that_of_rfc_9162(leaves: list[Any], root: str):
    assert merkle_root([bytes.fromhex(leaf) if isinstance(leaf, str) else leaf for leaf in leaves]).hex() == root
