"""Work in pieces, here or on many machines: anything with the shape of `concurrent.futures.Executor`, and one store per run."""
