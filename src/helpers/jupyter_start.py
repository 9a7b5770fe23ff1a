"""
Imported before anything of Jupyter, to start it about two seconds sooner.

Where JupyterLab is installed, nbformat → jsonschema → `rfc3987_syntax` builds a parser for a string format that no
Jupyter schema uses. A `None` in `sys.modules` makes that one import fail, which jsonschema expects and catches.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
