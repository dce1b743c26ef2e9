"""FIX messages in words, with numbers as people write them."""

from decimal import Decimal

from venue.domain.enums import SelfTradeMode
from venue.ops.config import Config
from venue.ops.demo_client import Message

_STATUS = {"0": "new", "1": "partly filled", "2": "filled", "4": "canceled", "8": "rejected"}
_TIMES = {"0": "day order", "1": "GTC", "3": "immediate or cancel", "4": "fill or kill"}
_AVERAGE_DECIMALS = 8
_FIELDS = {6: "AvgPx", 11: "ClOrdID", 14: "CumQty", 31: "LastPx", 32: "LastQty", 35: "MsgType", 38: "OrderQty"}
_FIELDS |= {
    20: "ExecTransType",
    39: "OrdStatus",
    41: "OrigClOrdID",
    44: "Price",
    102: "CxlRejReason",
    103: "OrdRejReason",
}
_FIELDS |= {58: "Text", 99: "StopPx", 378: "ExecRestatementReason", 530: "MassCancelRequestType"}
_FIELDS |= {531: "MassCancelResponse", 533: "TotalAffectedOrders", 636: "WorkingIndicator", 1138: "DisplayQty"}
_FIELDS |= {150: "ExecType", 151: "LeavesQty", 372: "RefMsgType", 380: "BusinessRejectReason", 381: "GrossTradeAmt"}


def field_name(tag: int) -> str:
    return f"{_FIELDS[tag]}({tag})" if tag in _FIELDS else str(tag)


class Words:
    """Knows the instruments of the configuration, for their assets and decimals."""

    def __init__(self, config: Config) -> None:
        self._instruments = {i.symbol: i for i in config.instruments}

    def request(self, message_type: str, fields: Message) -> str:
        identity = fields[11]
        match message_type:
            case "D":
                return f"{identity} {self._order(fields[55], fields)}"
            case "G":
                what = f"{self._quantity(fields[55], fields[38])} at {self._price(fields[55], fields[44])}"
                return f"{identity} replace {fields[41]}: now {what}"
            case "F":
                return f"{identity} cancel {fields[41]}"
            case "q":
                return f"{identity} cancel all my orders"
            case _:
                return f"{identity} status?"

    def _order(self, symbol: str, fields: Message) -> str:
        side = "buy" if fields[54] == "1" else "sell"
        price = f"at {self._price(symbol, fields[44])}" if 44 in fields else "at the market"
        terms = [f"{side} {self._quantity(symbol, fields[38])} {price}"]
        if 99 in fields:
            terms.append(f"once {self._price(symbol, fields[99])} trades")
        if 1138 in fields:
            terms.append(f"showing {self._quantity(symbol, fields[1138])}")
        if 210 in fields:
            terms.append(f"MaxShow(210) {self._quantity(symbol, fields[210])}")
        if 18 in fields:
            terms.append("post-only")
        if 2362 in fields:
            terms.append(f"group {fields[7928]}, {SelfTradeMode(fields[2362]).name.lower().replace('_', ' ')}")
        if 126 in fields:
            terms.append(f"for {fields[126]} seconds")
        elif 44 in fields:
            terms.append(_TIMES[fields[59]])
        return ", ".join([*terms, f"for {fields[1]}"])

    def answer(self, message: Message) -> str:
        identity = message.get(11, "")
        match message.get(35):
            case "8":
                return f"{identity} {self._execution(message)}"
            case "9":
                return f"{identity} refused: {message.get(58, '')}"
            case "r":
                return f"{identity} done: {message.get(533, '')} orders canceled"
            case "":
                return message[58]
            case _:
                return f"refused: {message.get(58, '')}"

    def _execution(self, message: Message) -> str:
        symbol = message[55]
        quantity, cum = (self._quantity(symbol, message.get(tag, "0")) for tag in (38, 14))
        leaves = self._quantity(symbol, message[151])
        # FIX 4.2 tells a status by ExecTransType(20).
        match "I" if message.get(20) == "3" else message[150]:
            case "0" if message.get(636) == "N":
                return f"new, waits until {self._price(symbol, message[99])} trades"
            case "0":
                return f"new, {leaves} open{self._shown(symbol, message)}"
            case "L":
                return "triggered"
            case "C":
                return f"expired; {cum if message[14] != '0' else 'nothing'} executed"
            case "F" | "1" | "2":
                return self._trade(symbol, message, leaves)
            case "4":
                why = f": {message[58]}" if 58 in message else ""
                return f"canceled{why}; {cum if message[14] != '0' else 'nothing'} executed"
            case "5":
                return f"replaced, now {quantity} at {self._price(symbol, message[44])}, {leaves} open"
            case "I":
                average = self._average(symbol, message[6])
                return f"is {_STATUS[message[39]]}: {cum} of {quantity} at {average} on average, {leaves} open"
            case _:
                return f"rejected: {message.get(58, '')}"

    def _trade(self, symbol: str, message: Message, leaves: str) -> str:
        last, price = self._quantity(symbol, message[32]), self._price(symbol, message[31])
        done = _STATUS[message[39]]
        rest = "" if message[151] == "0" else f", {leaves} open{self._shown(symbol, message)}"
        several = message[14] != message[32] and message[6] != message[31]
        average = f", average {self._average(symbol, message[6])}" if several else ""
        fee = f", fee {Decimal(message[12]):,f}" if 12 in message else ""
        return f"{done}: {last} at {price} = {self._money(symbol, message[381])}{fee}{rest}{average}"

    def _shown(self, symbol: str, message: Message) -> str:
        return f", {self._quantity(symbol, message[1138])} shown" if 1138 in message else ""

    def _quantity(self, symbol: str, text: str) -> str:
        base = symbol.partition("-")[0]
        return f"{Decimal(text):,} {base}"

    def _price(self, symbol: str, text: str) -> str:
        """With as many decimals as the tick, or more where the text has more."""
        value, decimals = Decimal(text), self._tick_decimals(symbol)
        return f"{value:,}" if _decimals(text) > decimals else f"{value:,.{decimals}f}"

    def _average(self, symbol: str, text: str) -> str:
        """Rounded for the eye; the message has it in full."""
        return self._price(symbol, f"{round(Decimal(text), _AVERAGE_DECIMALS).normalize():f}")

    def _money(self, symbol: str, text: str) -> str:
        return f"{self._price(symbol, text)} {symbol.partition('-')[2]}"

    def _tick_decimals(self, symbol: str) -> int:
        instrument = self._instruments.get(symbol)
        return _decimals(instrument.tick) if instrument is not None else 0


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])
