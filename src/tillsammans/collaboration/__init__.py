"""Who works together, in which groups; what is shared with whom; who approved what."""
