"""Where a series is heading, and what that means for targets."""
