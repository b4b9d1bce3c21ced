"""What `assess` says about a panel of reviewers: data, page and terminal."""
