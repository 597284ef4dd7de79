"""Every dashboard, in both languages and both themes, drawn over the simulated month: all.py DIR"""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "dashboards"))

import boards  # noqa: E402
import world  # noqa: E402
from scenario import NOW  # noqa: E402

with world.simulated() as server:
    wanted = [f"{language}/{page}" for language in ("fr", "en") for page in boards.PAGES]
    sys.exit(subprocess.run([HERE / "run", "--prometheus", f"http://{server.address}", "--now", str(NOW), "--out", sys.argv[1],
                             "--theme", "dark", "--theme", "light", *wanted], check=False).returncode)
