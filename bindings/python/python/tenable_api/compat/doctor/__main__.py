"""`python -m tenable_api.compat.doctor SCRIPT...`"""

import sys

from . import main

sys.exit(main())
