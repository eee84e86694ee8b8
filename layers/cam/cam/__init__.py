"""CAM's shared kernel: what two or more functions need, nothing else. It never imports from `functions`."""
