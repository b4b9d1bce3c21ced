"""What moves these agents? Payoffs, λ and levels from observed play, with confidence sets that a robust design takes."""
