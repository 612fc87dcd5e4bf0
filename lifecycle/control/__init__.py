"""Control: progress, earned value, tolerances, changes, registers, and the verdict at the end."""
