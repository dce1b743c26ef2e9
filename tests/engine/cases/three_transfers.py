"""Requests that moved funds, while no more than three that are done are known with their content."""

from tests.engine.cases.case import Case
from tests.engine.short_funds import OPEN, assign, credit, free, reverse, settle, withdraw

MAX_TRANSFERS = 3

K, L, M, N = (credit(name, "acc-a", "USD", 5) for name in "klmn")
CASES = [
    Case(
        "an id stays refused for ever once its content is forgotten; what it did cannot be undone any more",
        [K, L, M, K, N, K, L, reverse("r", "k"), reverse("r", "l"), L],
        # k is forgotten with n, l with r, which reverses it.
        """
        credited k acc-a USD 5 at 2
        -
        credited l acc-a USD 5 at 2
        -
        credited m acc-a USD 5 at 2
        -
        found k 15
        -
        credited n acc-a USD 5 at 2
        -
        denied TRANSFER_ID_REUSED
        -
        found l 16
        -
        denied UNKNOWN_TRANSFER
        -
        reversed r of l acc-a USD 5
        -
        denied TRANSFER_ID_REUSED
        """,
        prepared=(OPEN,),
    ),
    Case(
        "withdrawals under way and credits without owner are known until they are done, then as long as others",
        [
            credit("s", "", "USD", 9), K, withdraw("w", "acc-a", "USD", 3), withdraw("x", "acc-a", "USD", 2), L, M, N,
            withdraw("w", "acc-a", "USD", 3), credit("s", "", "USD", 9), settle("t", "w", 1), assign("a", "s", "acc-a"),
            settle("u", "w"), free("f", "x"), free("g", "x"), free("h", "w"), reverse("z", "s"),
        ],
        # Done, in this order: k, l, m, n; w, t; s, a; x, f. Of these a, x and f are left.
        """
        credited s - USD 9 at 2
        -
        credited k acc-a USD 5 at 2
        -
        requested w acc-a USD 3 to bank
        -
        requested x acc-a USD 2 to bank
        -
        credited l acc-a USD 5 at 2
        -
        credited m acc-a USD 5 at 2
        -
        credited n acc-a USD 5 at 2
        -
        found w 17
        -
        found s 15
        -
        settled t of w acc-a USD 1 frees 2
        -
        assigned a of s acc-a USD 9
        -
        denied UNKNOWN_TRANSFER
        -
        freed f of x acc-a USD 2
        -
        denied ALREADY_DONE
        -
        denied UNKNOWN_TRANSFER
        -
        denied UNKNOWN_TRANSFER
        """,
        prepared=(OPEN,),
    ),
]  # fmt: skip
