"""`python -m streams.cli` is `budgetwacht`."""

import sys

from streams.cli.main import main

sys.exit(main())
