"""A process tried out before any project follows it: by every way through it, and by chance on a simulated clock.

Nothing here knows a rule of the lifecycle: what follows is asked of `progress`, who may do what of `governance`.
"""
