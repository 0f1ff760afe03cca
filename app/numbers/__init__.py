"""Numbers for programs and at the command line: metrics, their definitions, and the tickets behind them."""
