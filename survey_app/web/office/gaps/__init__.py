"""Where self-scores and what people say differ: the room of officials and experts."""
