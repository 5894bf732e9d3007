"""Model weights: one manifest of every file, and one command that fetches and verifies them.

`python -m integrations.weights fetch` is called by `make setup` and by the image build; nothing downloads at
run time. Providers are handed a folder and never import this package.
"""
