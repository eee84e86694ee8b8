"""The local AWS: an emulator on this machine that runs the real template, and the commands around it."""
