"""The shared kernel: what two or more functions need, in packages that import downwards only (docs/architecture.md).

It never imports from `functions`.
"""

try:
    import pydantic_core as pydantic_core
except ImportError as error:
    if error.name != "pydantic_core._pydantic_core":
        raise
    from platform import machine

    raise ImportError(
        f"The layers were not built for {machine()}: give `sam build` and `sam deploy` the same Architecture."
    ) from error
