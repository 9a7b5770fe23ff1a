"""To be imported before openpyxl: it writes other bytes where lxml happens to be installed, and looks only once."""

import os

os.environ["OPENPYXL_LXML"] = "False"
