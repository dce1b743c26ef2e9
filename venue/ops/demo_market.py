"""The demo's own settings: the sessions as they are configured, and a market and money made for what it shows."""

from venue.ops.config import Config, DataDirectory, load
from venue.ops.rest_config import REST_FILE

_MARKET = """\
# The demo's own market, written anew by each demo.

asset = [{ symbol = "BTC", decimals = 8 }, { symbol = "ETH", decimals = 18 }, { symbol = "USD", decimals = 6 }]

[[instrument]]
symbol = "BTC-USD"
base = "BTC"
quote = "USD"
tick = "0.01"
lot = "0.0001"

[[instrument]]
symbol = "ETH-USD"
base = "ETH"
quote = "USD"
tick = "0.01"
lot = "0.0001"

[[instrument]]
symbol = "ETH-BTC"
base = "ETH"
quote = "BTC"
tick = "0.00001"
lot = "0.001"
rules.breaker_percent = "10"
rules.breaker_window_seconds = 600
rules.halt_seconds = 2
"""


_MONEY = """\
# The demo's own money, written anew by each demo.

fee = [
    { instrument = "BTC-USD", maker = "0.02%", taker = "0.05%" },
    { instrument = "ETH-USD", maker = "0.02%", taker = "0.05%" },
    { instrument = "ETH-BTC", maker = "0.02%", taker = "0.05%" },
]
funding = [
    { account = "A-1", amounts = { USD = "250000", BTC = "10", ETH = "50" } },
    { account = "A-2", amounts = { USD = "100000", BTC = "5", ETH = "50" } },
    { account = "B-1", amounts = { USD = "250000", BTC = "5", ETH = "50" } },
    { account = "C-1", amounts = { USD = "200000" } },
]
"""


def demo_settings(config: Config, data: DataDirectory) -> Config:
    """Written into the demo's directory. Raises ConfigError."""
    directory = data.root / "config"
    directory.mkdir()
    for gateway in config.gateways:
        (directory / f"{gateway.name}.cfg").write_text(gateway.text, encoding="utf-8")
    (directory / config.market_file.name).write_text(_MARKET, encoding="utf-8")
    if (rest := config.directory / REST_FILE).exists():
        (directory / REST_FILE).write_text(rest.read_text(encoding="utf-8"), encoding="utf-8")
    (directory / config.money_file.name).write_text(_MONEY, encoding="utf-8")
    return load(directory)
