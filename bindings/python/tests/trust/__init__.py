"""The claims about trust that concern Python, each tried over everything it speaks of.

These are ordinary tests. Each part also writes down what it tried with `trust.record`, out of which `cargo xtask trust` makes
`docs/trust.md`.
"""
