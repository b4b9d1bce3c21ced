"""One legal attribute each: a function from a law to a line of the score card."""
