"""What changed, and was it told rightly? Scripted page histories, the whole program, and three others beside it."""
