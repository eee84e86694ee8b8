"""The shared kernel: what two or more functions need, in packages that import downwards only (docs/architecture.md).

It never imports from `functions`.
"""
