"""Why a network answers as it does, and how far its answers can be trusted: pure functions, no screen."""
