"""The parts of the screen 审计: the state of the chain, filters, events, one event, and taking them out."""
