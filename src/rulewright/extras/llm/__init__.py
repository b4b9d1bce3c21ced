"""Language models over HTTP, every provider of inspect_ai, and a local server that speaks the same protocol."""
