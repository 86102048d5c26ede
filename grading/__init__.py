"""Judgement without I/O: score and level, photo verdicts, the work plan's rules."""
