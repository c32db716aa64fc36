"""The room's pages: visits and who is out alone; the phone, and what it takes and sends."""
