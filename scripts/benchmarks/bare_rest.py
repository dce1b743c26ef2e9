"""The least that FastAPI can do, on the server and with the settings of the sidecar."""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI

app = FastAPI(openapi_url=None)


@app.get("/")
async def answer() -> dict[str, str]:
    return {"status": "ok"}


class _Server(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:  # Any: as uvicorn has it.
        await super().startup(sockets)
        print("listening", flush=True)


if __name__ == "__main__":
    config = uvicorn.Config(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
    )
    _Server(config).run()
