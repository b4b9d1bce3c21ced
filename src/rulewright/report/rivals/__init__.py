"""What `assess` says about a market of AIs: data, page and terminal."""
