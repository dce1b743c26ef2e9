"""Order state change matrices of FIX 4.4 volume 4, as ``test_order_matrices`` plays them.

Rows, in the order of the matrices' own:
    < D(X) 10000            A sends a new order; F(Y,X) cancels, G(Y,X) 8000 replaces, H(X) asks for the state
    fill 2000               B takes so much; A has not read the report when it sends its next message: they cross
    > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
                            A gets ExecType, OrdStatus, OrderQty, CumQty, LeavesQty, LastQty; - is not looked at
    > 9(Y,X) Filled 0       A gets OrdStatus, CxlRejReason
    phase HALTED            an operator sets the instrument's phase; engages its kill switch; ends the trading day
    kill
    day
The venue answers at once, so the Pending rows are left out, as the matrices allow; what happens in them happens
just before.
"""

OPEN = "< D(X) 10000\n> 8(X) New New 10000 0 10000 0\n"
GTC_CARRIED = f"""{OPEN}
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000 424= 425=
        day
        > 8(X) Restated PartiallyFilled 10000 2000 8000 0 378=1 424=8000 425=0 426=0 41="""

MATRICES = {
    "A.1.a filled": f"""{OPEN}
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 3000 7000 1000
        fill 7000
        > 8(X) Trade Filled 10000 10000 0 7000""",
    "A.1.a rejected": """
        < D(X) 10000 44=0.001
        > 8(X) Rejected Rejected 10000 0 0 0 103=99""",
    "A.1.b part-filled day order": """
        < D(X) 10000 59=0
        > 8(X) New New 10000 0 10000 0 59=0
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 3000 7000 1000
        day
        > 8(X) DoneForDay DoneForDay 10000 3000 0 0 59=0 424= 41=
        < F(Y,X)
        > 9(Y,X) DoneForDay 0
        < H(X)
        > 8(X) OrderStatus DoneForDay 10000 3000 0 -""",
    "B.1.a zero-filled": f"""{OPEN}
        < F(Y,X)
        > 8(Y,X) Canceled Canceled 10000 0 0 0""",
    "B.1.a rejected": f"""{OPEN}
        < F(Y,X) 37=999999999
        > 9(Y,X) New 1
        < F(Z,X)
        > 8(Z,X) Canceled Canceled 10000 0 0 0""",
    "B.1.b part-filled, executions while the cancel is active": f"""{OPEN}
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 3000
        fill 1000
        < F(Y,X)
        > 8(X) Trade PartiallyFilled 10000 5000 5000 3000
        > 8(X) Trade PartiallyFilled 10000 6000 4000 1000
        > 8(Y,X) Canceled Canceled 10000 6000 0 0""",
    "B.1.c fills before the cancel": f"""{OPEN}
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        fill 3000
        fill 5000
        < F(Y,X)
        > 8(X) Trade PartiallyFilled 10000 5000 5000 3000
        > 8(X) Trade Filled 10000 10000 0 5000
        > 9(Y,X) Filled 0""",
    "B.1.d cancel of a not yet acknowledged order": """
        < D(X) 10000
        < F(Y,X)
        > 8(X) New New 10000 0 10000 0
        > 8(Y,X) Canceled Canceled 10000 0 0 0
        < D(A) 5000
        < F(B,A)
        > 8(A) New New 5000 0 5000 0
        > 8(B,A) Canceled Canceled 5000 0 0 0""",
    "B.1.e cancel and acknowledgement cross": """
        < D(X) 10000
        < F(Y,X)
        > 8(X) New New 10000 0 10000 0
        > 8(Y,X) Canceled Canceled 10000 0 0 0""",
    "B.1.f unknown order": """
        < F(Y,X)
        > 9(Y,X) Rejected 1 37=NONE
        < D(X) 10000
        > 8(X) New New 10000 0 10000 0""",
    "C.1.a zero-filled, increase": f"""{OPEN}
        < G(Y,X) 11000
        > 8(Y,X) Replaced New 11000 0 11000 0
        fill 1000
        > 8(Y) Trade PartiallyFilled 11000 1000 10000 1000
        fill 2000
        > 8(Y) Trade PartiallyFilled 11000 3000 8000 2000""",
    "C.1.a rejected": f"""{OPEN}
        < G(Y,X) 11000 44=0.001
        > 9(Y,X) New 99 434=2
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000""",
    "C.1.b part-filled, increase, execution on the way": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 100
        < G(Y,X) 12000
        > 8(X) Trade PartiallyFilled 10000 1100 8900 100
        > 8(Y,X) Replaced PartiallyFilled 12000 1100 10900 0
        fill 10900
        > 8(Y) Trade Filled 12000 12000 0 10900""",
    "C.1.c filled, increase": f"""{OPEN}
        fill 10000
        > 8(X) Trade Filled 10000 10000 0 10000
        < G(Y,X) 12000
        > 8(Y,X) Replaced PartiallyFilled 12000 10000 2000 0
        fill 2000
        > 8(Y) Trade Filled 12000 12000 0 2000""",
    "C.2.a not for quantity, filled on the way": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 9000
        < G(Y,X) 10000 44=99
        > 8(X) Trade Filled 10000 10000 0 9000
        > 9(Y,X) Filled 0 434=2""",
    "C.3.a decrease, above CumQty": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 500
        fill 100
        < G(Y,X) 8000
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        > 8(X) Trade PartiallyFilled 10000 1600 8400 100
        > 8(Y,X) Replaced PartiallyFilled 8000 1600 6400 0
        fill 6400
        > 8(Y) Trade Filled 8000 8000 0 6400""",
    "C.3.b decrease, to CumQty": f"""{OPEN}
        fill 7000
        < G(Y,X) 7000
        > 8(X) Trade PartiallyFilled 10000 7000 3000 7000
        > 8(Y,X) Replaced Filled 7000 7000 0 0""",
    "C.3.c decrease, below CumQty": f"""{OPEN}
        fill 8000
        < G(Y,X) 7000
        > 8(X) Trade PartiallyFilled 10000 8000 2000 8000
        > 8(Y,X) Replaced Filled 8000 8000 0 0""",
    "D.1.a two replaces, both accepted": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 500
        < G(Y,X) 8000
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        > 8(Y,X) Replaced PartiallyFilled 8000 1500 6500 0
        fill 2000
        > 8(Y) Trade PartiallyFilled 8000 3500 4500 2000
        fill 500
        < G(Z,Y) 6000
        > 8(Y) Trade PartiallyFilled 8000 4000 4000 500
        > 8(Z,Y) Replaced PartiallyFilled 6000 4000 2000 0
        fill 2000
        > 8(Z) Trade Filled 6000 6000 0 2000""",
    "D.1.b first replace rejected, second accepted": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000 44=0.001
        > 9(Y,X) PartiallyFilled 99
        fill 500
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 3500 6500 2000
        < G(Z,X) 6000
        > 8(Z,X) Replaced PartiallyFilled 6000 3500 2500 0
        fill 1500
        > 8(Z) Trade PartiallyFilled 6000 5000 1000 1500""",
    "D.1.c first replace rejected by the book, second accepted": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        fill 500
        < G(Y,X) 8000 54=2
        > 8(X) Trade PartiallyFilled 10000 1500 8500 500
        > 9(Y,X) PartiallyFilled -
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 3500 6500 2000
        < G(Z,X) 6000
        > 8(Z,X) Replaced PartiallyFilled 6000 3500 2500 0
        fill 1500
        > 8(Z) Trade PartiallyFilled 6000 5000 1000 1500""",
    "D.2.a back to back": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000
        < G(Z,Y) 7000
        > 8(Y,X) Replaced PartiallyFilled 8000 1000 7000 0
        > 8(Z,Y) Replaced PartiallyFilled 7000 1000 6000 0
        fill 6000
        > 8(Z) Trade Filled 7000 7000 0 6000""",
    "D.2.b back to back, an execution on the way": f"""{OPEN}
        fill 1000
        < G(Y,X) 8000
        < G(Z,Y) 7000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        > 8(Y,X) Replaced PartiallyFilled 8000 1000 7000 0
        > 8(Z,Y) Replaced PartiallyFilled 7000 1000 6000 0
        fill 6000
        > 8(Z) Trade Filled 7000 7000 0 6000""",
    "D.2.c back to back, both rejected": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000 44=0.001
        < G(Z,Y) 7000
        > 9(Y,X) PartiallyFilled 99
        > 9(Z,X) PartiallyFilled -
        fill 6000
        > 8(X) Trade PartiallyFilled 10000 7000 3000 6000""",
    "D.2.d back to back, second rejected": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < G(Y,X) 8000
        < G(Z,X) 7000
        > 8(Y,X) Replaced PartiallyFilled 8000 1000 7000 0
        > 9(Z,Y) PartiallyFilled -
        fill 2000
        > 8(Y) Trade PartiallyFilled 8000 3000 5000 2000""",
    "E.1.b unsolicited cancel of a part-filled order": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        kill
        > 8(X) Canceled Canceled 10000 1000 0 0 378=8 41=
        < F(Y,X)
        > 9(Y,X) Canceled 0""",
    "E.1.d unsolicited reduction of quantity": f"""{OPEN}
        < D(Y) 1000 54=2 2362=4
        > 8(Y) New New 1000 0 1000 0 54=2 2362=4
        > 8(X) Restated New 9000 0 9000 0 378=5 41=
        > 8(Y) Canceled Canceled 1000 0 0 0 54=2 378=99
        fill 9000
        > 8(X) Trade Filled 9000 9000 0 9000""",
    "F.1.a duplicate ClOrdID": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < D(X) 15000
        > 8(X) Rejected PartiallyFilled 10000 1000 9000 0 103=6
        fill 9000
        > 8(X) Trade Filled 10000 10000 0 9000""",
    "F.1.b PossResend and duplicate ClOrdID": f"""{OPEN}
        < D(X) 10000 97=Y
        > 8(X) OrderStatus New 10000 0 10000 -
        < D(X) 20000 97=N
        > 8(X) Rejected New 10000 0 10000 - 103=6
        < D(Y) 15000 97=Y
        > 8(Y) New New 15000 0 15000 0""",
    "G.1.a unknown order": f"""{OPEN}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        < H(Y)
        > 8(Y) OrderStatus Rejected 0 0 0 - 103=5""",
    "G.1.b nothing done": f"""{OPEN}
        < H(X)
        > 8(X) OrderStatus New 10000 0 10000 0""",
    "G.1.c through the life of an order": """
        < D(X) 10000
        < H(X)
        > 8(X) New New 10000 0 10000 0
        > 8(X) OrderStatus New 10000 0 10000 -
        fill 2000
        > 8(X) Trade PartiallyFilled 10000 2000 8000 2000
        < H(X)
        > 8(X) OrderStatus PartiallyFilled 10000 2000 8000 -
        fill 8000
        > 8(X) Trade Filled 10000 10000 0 8000
        < H(X)
        > 8(X) OrderStatus Filled 10000 10000 0 -
        < G(Y,X) 12000
        > 8(Y,X) Replaced PartiallyFilled 12000 10000 2000 0
        < H(X)
        > 8(Y,X) OrderStatus PartiallyFilled 12000 10000 2000 -
        < H(Y)
        > 8(Y) OrderStatus PartiallyFilled 12000 10000 2000 -""",
    "H.1.a GTC, part-filled on two days": f"""{GTC_CARRIED}
        fill 1000
        > 8(X) Trade PartiallyFilled 10000 3000 7000 1000 424=8000 425=1000 426=100
        < H(X)
        > 8(X) OrderStatus PartiallyFilled 10000 3000 7000 - 424=8000 425=1000 426=100
        fill 7000
        > 8(X) Trade Filled 10000 10000 0 7000 424=8000 425=8000 426=100""",
    "H.1.c GTC, cancelled on the next day": f"""{GTC_CARRIED}
        < F(Y,X) 37=999999999
        > 9(Y,X) PartiallyFilled 1
        < F(Z,X)
        > 8(Z,X) Canceled Canceled 10000 2000 0 0 424=8000 425=0 426=0 378=""",
    "H.1.d GTC, replaced on the next day": f"""{GTC_CARRIED}
        < G(Y,X) 15000 44=0.001
        > 9(Y,X) PartiallyFilled 99
        fill 1000
        < G(Z,X) 15000
        > 8(X) Trade PartiallyFilled 10000 3000 7000 1000 424=8000 425=1000
        > 8(Z,X) Replaced PartiallyFilled 15000 3000 12000 0 424=13000 425=1000
        day
        > 8(Z) Restated PartiallyFilled 15000 3000 12000 0 378=1 424=12000 425=0
        < F(C,Z)
        > 8(C,Z) Canceled Canceled 15000 3000 0 0 424=12000 425=0""",
    "I.1.a FOK that cannot be filled": """
        rest 5000
        < D(X) 10000 59=4
        > 8(X) New New 10000 0 10000 0
        > 8(X) Canceled Canceled 10000 0 0 0""",
    "I.1.a FOK that is filled": """
        rest 10000
        < D(X) 10000 59=4
        > 8(X) New New 10000 0 10000 0
        > 8(X) Trade Filled 10000 10000 0 10000""",
    "I.1.b IOC that cannot be further hit": """
        rest 1000
        < D(X) 10000 59=3
        > 8(X) New New 10000 0 10000 0
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        > 8(X) Canceled Canceled 10000 1000 0 0""",
    "I.1.b market order that cannot be further hit": """
        rest 1000
        < D(X) 10000 40=1 59=3 44=
        > 8(X) New New 10000 0 10000 0
        > 8(X) Trade PartiallyFilled 10000 1000 9000 1000
        > 8(X) Canceled Canceled 10000 1000 0 0""",
    "K.1.a reinstate": """
        < D(X) 10000 18=J
        > 8(X) New New 10000 0 10000 0 18=
        phase HALTED
        phase OPEN
        fill 10000
        > 8(X) Trade Filled 10000 10000 0 10000""",
    "K.1.b cancel": """
        < D(X) 10000 18=K
        > 8(X) New New 10000 0 10000 0 18=K
        phase HALTED
        > 8(X) Canceled Canceled 10000 0 0 0 378=6 18=K 41=""",
    "L.1.b CashOrderQty": """
        rest 200
        rest 300
        < D(X) - 40=1 44= 152=50099 59=3
        > 8(X) New New 500 0 500 0 152=50099
        > 8(X) Trade PartiallyFilled 500 200 300 200 152=50099
        > 8(X) Trade Filled 500 500 0 300 152=50099""",
}

# The other scenarios of the standard, and why no client can drive them here.
NOT_DRIVEN = {
    "E.1.a": "orders are not taken by telephone",
    "E.1.c": "nor changed by telephone",
    "E.1.e": "ExecInst Z, cancel if not best, is refused by name",
    "F.1.c": "orders are not taken by telephone",
    "H.1.b": "a spot asset has no corporate actions",
    "J.1.a": "trades are not busted or corrected yet",
    "J.1.b": "trades are not busted or corrected yet",
    "J.1.c": "trades are not busted or corrected yet",
    "J.1.d": "trades are not busted or corrected yet",
    "L.1.a": "no desk guarantees a price",
}
# How many scenarios each group of the standard has.
COUNTS = {"A.1": 2, "B.1": 6, "C.1": 3, "C.2": 1, "C.3": 3, "D.1": 3, "D.2": 4, "E.1": 5, "F.1": 3, "G.1": 3, "H.1": 4}
COUNTS |= {"I.1": 2, "J.1": 4, "K.1": 2, "L.1": 2}
