"""`python -m data`: the operator's tool. The program itself stands in server/operator/cli.py."""

from server.operator.cli import app

if __name__ == "__main__":
    app(prog_name="python -m data")
