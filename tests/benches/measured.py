"""Run a command and say on stderr how much memory its largest process took at its peak."""

import resource
import subprocess
import sys

done = subprocess.run(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
# macOS counts bytes, Linux kibibytes.
print(f"peak_kib={peak // 1024 if sys.platform == 'darwin' else peak}", file=sys.stderr)
sys.exit(done.returncode)
