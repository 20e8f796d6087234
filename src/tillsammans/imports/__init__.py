"""Import of statistics: uploads, previews of their effect, and activation."""
