"""The baseline for FIX: a bare QuickFIX acceptor in Python that answers each order with a report, and does nothing
else: block() in a thread, FileStore, no dictionary. Run: echo_acceptor.py PORT STORE_DIRECTORY."""

import sys
import threading
from pathlib import Path

import quickfix as fix

SOH = "\x01"


class Echo(fix.Application):
    def __init__(self):
        super().__init__()
        self.reports = 0

    def onCreate(self, session_id):
        pass

    def onLogon(self, session_id):
        pass

    def onLogout(self, session_id):
        pass

    def toAdmin(self, message, session_id):
        pass

    def toApp(self, message, session_id):
        pass

    def fromAdmin(self, message, session_id):
        pass

    def fromApp(self, message, session_id):
        fields = dict(part.split("=", 1) for part in message.toString().split(SOH) if part)
        self.reports += 1
        report = (
            f"8=FIX.4.4{SOH}9=0{SOH}35=8{SOH}37={self.reports}{SOH}11={fields['11']}{SOH}17={self.reports}{SOH}150=0{SOH}"
            f"39=0{SOH}55={fields['55']}{SOH}54={fields['54']}{SOH}38={fields['38']}{SOH}44={fields['44']}{SOH}"
            f"151={fields['38']}{SOH}14=0{SOH}6=0{SOH}10=000{SOH}"
        )
        fix.Session.sendToTarget(fix.Message(report, False), session_id)


def main():
    port, store = sys.argv[1], Path(sys.argv[2])
    store.mkdir(parents=True, exist_ok=True)
    settings = store / "echo.cfg"
    settings.write_text(
        f"[DEFAULT]\nConnectionType=acceptor\nBeginString=FIX.4.4\nSenderCompID=VENUE\nSocketAcceptPort={port}\n"
        f"SocketNodelay=Y\nNonStopSession=Y\nUseDataDictionary=N\nTimestampPrecision=6\nFileStorePath={store}\n"
        "[SESSION]\nTargetCompID=BROKER_A\n"
    )
    sys.setswitchinterval(1e-4)
    loaded = fix.SessionSettings(str(settings))
    acceptor = fix.SocketAcceptor(Echo(), fix.FileStoreFactory(loaded), loaded)
    thread = threading.Thread(target=acceptor.block, daemon=True)
    thread.start()
    print("ready", flush=True)
    thread.join()


if __name__ == "__main__":
    main()
