"""What clients may send: JSON bodies, checked before anything else is done with them."""

from typing import Annotated, Literal

import pydantic
from pydantic import Field, StringConstraints

from venue.domain import limits

_PRINTABLE = r"^[ -~]*$"
_NAME = r"^[!-~]([ -~]*[!-~])?$"
Name = Annotated[str, StringConstraints(pattern=_NAME, max_length=limits.MAX_NAME_LENGTH)]
Symbol = Annotated[str, StringConstraints(pattern=_NAME, max_length=limits.MAX_SYMBOL_LENGTH)]
Decimal = Annotated[
    str,
    StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=limits.MAX_DECIMAL_LENGTH),
    Field(description="Decimal text, exact"),
]
Reason = Annotated[
    str,
    StringConstraints(pattern=_PRINTABLE, max_length=limits.MAX_REASON_LENGTH),
    Field(description="For people"),
]
Time = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$", max_length=30
    ),
    Field(description="RFC 3339, UTC"),
]


class _Body(pydantic.BaseModel):
    # strict: a number is not text, text is not a number.
    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


class OrderBody(_Body):
    """quantity in base, price and stop_price in quote for one base. cash: in the place of a quantity, quote that a
    market order to buy may cost. account may be left out where the firm has one only."""

    model_config = pydantic.ConfigDict(
        json_schema_extra={
            "example": {
                "account": "A-1",
                "symbol": "BTC-USD",
                "side": "buy",
                "type": "limit",
                "time_in_force": "gtc",
                "quantity": "0.5",
                "price": "60000.00",
            }
        }
    )

    symbol: Symbol
    side: Literal["buy", "sell"]
    type: Literal["market", "limit", "stop", "stop_limit"]
    time_in_force: Literal["day", "gtc", "ioc", "fok", "gtd"] = "day"
    account: Name | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    cash: Decimal | None = None
    display_quantity: Decimal | None = None
    min_quantity: Decimal | None = None
    expires_at: Time | None = None
    post_only: bool = False
    cancel_on_halt: bool = False

    @pydantic.model_validator(mode="after")
    def _one_of_quantity_and_cash(self) -> "OrderBody":
        if (self.quantity is None) == (self.cash is None):
            raise ValueError("give quantity or cash, and not both")
        return self


class LegBody(_Body):
    """An amount from one account's available balance to another's, both of the firm."""

    debit_account: Name
    credit_account: Name
    asset: Symbol
    amount: Decimal


class TransferBody(_Body):
    """All legs happen, in their order, or none."""

    model_config = pydantic.ConfigDict(
        json_schema_extra={
            "example": {"legs": [{"debit_account": "A-1", "credit_account": "A-2", "asset": "USD", "amount": "250.5"}]}
        }
    )

    legs: Annotated[list[LegBody], Field(min_length=1, max_length=limits.MAX_LEGS_PER_TRANSFER)]
    reason: Reason = ""


class WithdrawalBody(_Body):
    """The amount is pending from now on. destination: where to, for people."""

    model_config = pydantic.ConfigDict(
        json_schema_extra={
            "example": {"account": "A-1", "asset": "BTC", "amount": "0.25", "destination": "bank account 4711"}
        }
    )

    account: Name
    asset: Symbol
    amount: Decimal
    destination: Annotated[
        str,
        StringConstraints(pattern=_PRINTABLE, max_length=limits.MAX_DESTINATION_LENGTH),
    ]
    reason: Reason = ""


class SettlementBody(_Body):
    """amount: how much of the withdrawal left the venue; the rest is available again. Left out: all of it."""

    model_config = pydantic.ConfigDict(json_schema_extra={"example": {"amount": "0.25", "reason": "sent"}})

    amount: Decimal | None = None
    reason: Reason = ""


class DepositBody(_Body):
    """A deposit that arrived. account left out: its owner is not known yet. effective_at: when it took effect."""

    model_config = pydantic.ConfigDict(
        json_schema_extra={"example": {"account": "A-1", "asset": "USD", "amount": "100000.00", "reason": "wire 17"}}
    )

    asset: Symbol
    amount: Decimal
    account: Name | None = None
    effective_at: Time | None = None
    reason: Reason = ""


class AssignmentBody(_Body):
    """The owner of a deposit that had none."""

    model_config = pydantic.ConfigDict(json_schema_extra={"example": {"account": "A-1", "reason": "named by the bank"}})

    account: Name
    reason: Reason = ""


class ReasonBody(_Body):
    model_config = pydantic.ConfigDict(json_schema_extra={"example": {"reason": "sent in error"}})

    reason: Reason = ""
