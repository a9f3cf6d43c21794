"""One module a kind of result; importing this package registers them all."""
