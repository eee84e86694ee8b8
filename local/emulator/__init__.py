"""ministack, mended where the project needs it to behave as AWS does.

Each module mends one service and says what was wrong. They replace private functions of ministack, so the launcher
refuses every version but the one that they were written for.
"""
