"""The support tickets that ship with Tunewright: a data set to try everything on.

All texts were written for this project about Larkdesk, a shop for home-office gear that does not exist; the customers
are invented too. `authored.csv` holds the clean tickets, `plant.py` plants defects in them and writes
`support_tickets.csv` with `planted.json`, the record of every defect.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
AUTHORED = FOLDER / "authored.csv"
"""The clean tickets: message, category, customer_name, channel."""
TICKETS = FOLDER / "support_tickets.csv"
"""The tickets with defects: ticket_id, message, category, customer_name, channel, split."""
PLANTED = FOLDER / "planted.json"
"""What is wrong with which ticket, and how many of each kind a check should find."""
